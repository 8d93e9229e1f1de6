// The queue of a single process: memory only. Nothing is lost with it, because a restarted process releases
// the claims of the dead one (Schedules::release_held_by) and the dispatcher finds them due again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <map>
#include <unordered_map>

#include "base/event.h"
#include "base/task_group.h"
#include "base/time.h"
#include "queue/administration.h"
#include "queue/queue.h"

namespace watchbill::queue {

struct InProcessOptions {
  int attempts = 2;
  base::Millis backoff{5000};       // doubles with each attempt
  base::Millis return_delay{1000};  // of jobs that could not be tried
};

class InProcessQueue final : public Queue, public Administration {
 public:
  InProcessQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                 InProcessOptions options = {});

  // Called on the reactor when clean() has removed jobs that somebody waits for. Set before start().
  void on_jobs_lost(std::function<void()> callback) { jobs_lost_ = std::move(callback); }

  base::Task<> start() override;
  base::Task<> stop() override;
  base::Task<> add(std::vector<RoundJob> jobs) override;
  base::Task<std::vector<Delivery>> take(std::size_t limit) override;
  void stop_taking() override;
  base::Task<> settle(std::vector<Settlement> settlements) override;
  base::Task<domain::QueueCounts> counts() override;
  base::Task<std::vector<bool>> knows(std::vector<std::string> ids) override;

  // in_process_administration.cpp
  std::string_view engine() const override { return "in_process"; }
  base::Task<bool> is_paused() override { co_return paused_; }
  base::Task<std::optional<std::vector<Consumer>>> consumers() override { co_return std::nullopt; }
  base::Task<JobPage> jobs(JobState state, std::size_t first, std::size_t limit) override;
  base::Task<> pause() override;
  base::Task<> resume() override;
  base::Task<std::int64_t> retry_failed() override;
  base::Task<std::int64_t> clean(JobState state, base::Millis older_than) override;

 private:
  struct Known {  // a job from add() to its final settlement
    RoundJob job;
    base::Timestamp added_at;
    int attempt = 1;
    std::optional<base::Timestamp> started_at;
    bool is_active = false;
    std::string reason;  // why the last attempt failed
  };
  struct Ended {
    std::string id;
    Known known;
    base::Timestamp at;
    bool was_dropped = false;
  };

  static ListedJob listed(const std::string& id, const Known& known);
  static ListedJob listed(const Ended& ended);
  ListedJob listed(base::Monotonic due, const std::string& id) const;
  std::vector<std::string> active_ones() const;
  void keep_completed(Ended ended);
  void keep_failed(Ended ended);
  std::int64_t clean_ended(JobState state, base::Timestamp until);
  bool forget(const std::string& id, base::Timestamp until);
  void move_waiting(std::vector<Delivery>& taken, std::size_t limit);
  void settle_one(const Settlement& settlement);
  void delay(const std::string& id, base::Millis by);
  base::Task<> promote_delayed();

  const base::Clock& clock_;
  const InProcessOptions options_;
  std::unordered_map<std::string, Known> jobs_;
  std::deque<std::string> waiting_;
  std::multimap<base::Monotonic, std::string> delayed_;
  domain::QueueCounts finished_;  // completed and failed since the start, and not cleaned
  std::deque<Ended> completed_;   // the last of them, the newest first
  std::deque<Ended> failed_;
  std::function<void()> jobs_lost_ = [] {};
  bool paused_ = false;
  bool is_taking_over_ = false;
  base::Event work_;
  base::Event delayed_changed_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::queue
