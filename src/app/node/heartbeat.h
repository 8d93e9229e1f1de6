// Says in the database that this process is there, and what it does; in the log what it has done.
#pragma once

#include <functional>
#include <string>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "base/time.h"
#include "store/async_store.h"

namespace watchbill::app {

struct HeartbeatOptions {
  std::string instance;
  std::string role;  // "up", "web", "worker"
  std::string version;
  std::string host;
  std::size_t concurrency = 0;  // rounds from the queue at once; 0: it takes none
  base::Millis every{10'000};
  base::Millis log_every{60'000};  // as long as there are rounds
  // Other processes' rows that were not written for so long are removed, this often.
  base::Millis forgotten_after{std::chrono::hours(24)};
  base::Millis tidy_every{std::chrono::hours(1)};
};

// Reactor thread only. A database that cannot be written to now is tried again with the next beat.
class Heartbeat final : public base::Service {
 public:
  struct Load {
    std::int64_t running = 0;  // rounds
    std::int64_t done = 0;     // since the start
  };

  // `load` is asked before each beat.
  Heartbeat(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor,
            HeartbeatOptions options, std::function<Load()> load);

  base::Task<> start() override;
  // Marks the end.
  base::Task<> stop() override;

 private:
  base::Task<> run();
  base::Task<> beat(Load load);
  void tell(Load load);
  base::Task<> tidy();
  base::Task<> say_good_bye();
  void note(const std::string& failure);

  store::AsyncStore& store_;
  const base::Clock& clock_;
  const HeartbeatOptions options_;
  const std::function<Load()> load_;
  std::optional<base::Timestamp> started_at_;  // by the database's clock; none before the first beat
  std::int64_t done_before_ = 0;               // at the last beat
  std::optional<base::Monotonic> beaten_at_;
  std::int64_t told_ = 0;  // rounds, in the log
  base::Monotonic tell_at_{};
  base::Monotonic tidy_at_{};
  bool is_failing_ = false;
  bool stopping_ = false;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::app
