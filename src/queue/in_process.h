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
#include "queue/queue.h"

namespace watchbill::queue {

struct InProcessOptions {
  int attempts = 2;
  base::Millis backoff{5000};       // doubles with each attempt
  base::Millis return_delay{1000};  // of jobs that could not be tried
};

class InProcessQueue final : public Queue {
 public:
  InProcessQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                 InProcessOptions options = {});

  base::Task<> start() override;
  base::Task<> stop() override;
  base::Task<> add(std::vector<RoundJob> jobs) override;
  base::Task<std::vector<Delivery>> take(std::size_t limit) override;
  base::Task<> settle(std::vector<Settlement> settlements) override;
  base::Task<domain::QueueCounts> counts() override;
  base::Task<std::vector<bool>> knows(std::vector<std::string> ids) override;

 private:
  struct Known {  // a job from add() to its final settlement
    RoundJob job;
    int attempt = 1;
  };

  void move_waiting(std::vector<Delivery>& taken, std::size_t limit);
  void settle_one(const Settlement& settlement);
  void delay(const std::string& id, base::Millis by);
  base::Task<> promote_delayed();

  const base::Clock& clock_;
  const InProcessOptions options_;
  std::unordered_map<std::string, Known> jobs_;
  std::deque<std::string> waiting_;
  std::multimap<base::Monotonic, std::string> delayed_;
  domain::QueueCounts finished_;  // completed and failed since the start
  bool stopping_ = false;
  base::Event work_;
  base::Event delayed_changed_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::queue
