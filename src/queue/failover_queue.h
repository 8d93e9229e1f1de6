// The queue of a dispatcher on Redis, which watches it, and whose process can run rounds itself while it is
// away.
#pragma once

#include <functional>

#include "base/event.h"
#include "base/task_group.h"
#include "queue/breaker.h"
#include "queue/bullmq_queue.h"
#include "queue/in_process.h"

namespace watchbill::queue {

struct FailoverOptions {
  bool stands_in = true;  // else `remote` is watched only, and what it refuses is refused
  base::Millis check_every{1000};
  base::Millis check_timeout{1500};
  BreakerOptions breaker = {};
};

// Gives jobs to `remote`, and to `local` while that cannot take them: a runner of this process has to take
// from there. Jobs whose fate at `remote` is unknown go to `local` as well: whoever starts first has the
// round. While `remote` is paused, `local` is, as far as this process has seen it. Neither is started or
// stopped here.
class FailoverQueue final : public Queue {
 public:
  FailoverQueue(base::asio::any_io_executor executor, const base::Clock& clock, BullmqQueue& remote,
                InProcessQueue& local, FailoverOptions options = {});

  // Called on the reactor whenever jobs may wait where nobody takes them soon: `remote` went away, lost what
  // it held, or came back while jobs wait at `local`. What counts() and knows() say is then of the one that
  // jobs go to now. Set before start().
  void on_jobs_lost(std::function<void()> callback) { jobs_lost_ = std::move(callback); }

  base::Task<> start() override;
  base::Task<> stop() override;
  // Throws nothing that `remote` throws, where `local` stands in.
  base::Task<> add(std::vector<RoundJob> jobs) override;
  // Of `local`.
  base::Task<std::vector<Delivery>> take(std::size_t limit) override { return local_.take(limit); }
  void stop_taking() override { local_.stop_taking(); }
  base::Task<> settle(std::vector<Settlement> settlements) override {
    return local_.settle(std::move(settlements));
  }
  // Of the one that jobs go to.
  base::Task<domain::QueueCounts> counts() override;
  base::Task<std::vector<bool>> knows(std::vector<std::string> ids) override {
    if (breaker_.is_open()) return local_.knows(std::move(ids));
    return remote_.knows(std::move(ids));
  }
  domain::QueueState state() const override { return state_; }

 private:
  base::Task<> watch();
  base::Task<> check();
  base::Task<> mirror_pause(bool is_paused);
  void went_away(const std::string& why);
  void came_back();

  const base::Clock& clock_;
  BullmqQueue& remote_;
  InProcessQueue& local_;
  const FailoverOptions options_;
  std::function<void()> jobs_lost_;
  Breaker breaker_;
  domain::QueueState state_;
  std::string generation_;  // of what is in `remote_`; empty: not known yet
  bool is_paused_ = false;  // `remote_` when it was seen last, and `local_`
  bool stopping_ = false;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::queue
