// Writes finished rounds, many in one commit.
#pragma once

#include <functional>
#include <vector>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "runner/lease_keeper.h"
#include "store/async_store.h"

namespace watchbill::runner {

// Reactor thread only. While one commit is under way the next batch gathers, and a small one waits a few
// milliseconds for company: a commit costs as much as the probes of several rounds. A database that cannot
// write now is asked again until the lease is lost.
class Recorder final : public base::Service {
 public:
  // What became of a round: recorded, or authority was lost (nothing was written).
  // Not to be waited for: it is called between two commits.
  using Done = std::function<void(store::FinishedRound, bool recorded)>;

  Recorder(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor);

  base::Task<> start() override;
  // Records what it has first; gives up what the database does not take.
  base::Task<> stop() override;

  void record(store::FinishedRound round, LeaseKeeper::Held lease, Done done);

  std::size_t backlog() const { return next_.rounds.size() + writing_; }

 private:
  struct Waiting {
    LeaseKeeper::Held lease;
    Done done;
  };
  // Rounds apart from those who wait for them, so that the store gets its batch without a copy.
  struct Batch {
    std::vector<store::FinishedRound> rounds;
    std::vector<Waiting> waiting;  // as long as `rounds`
  };
  using Results = std::vector<store::FinishResult>;

  base::Task<> write_batches();
  base::Task<> gather();
  base::Task<> write(Batch batch);
  base::Task<Results> finish(const std::vector<store::FinishedRound>& rounds);
  base::Task<Results> finish_one_by_one(const std::vector<store::FinishedRound>& rounds);
  base::Task<store::FinishResult> finish_or_fail(const store::FinishedRound& finished);
  void keep_for_retry(Batch batch);
  base::Task<> wait_before_retry();

  store::AsyncStore& store_;
  const base::Clock& clock_;
  Batch next_;
  std::size_t writing_ = 0;
  base::Millis retry_delay_{0};  // 0: the last write succeeded
  bool stopping_ = false;
  base::Event work_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::runner
