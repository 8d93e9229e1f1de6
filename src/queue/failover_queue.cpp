#include "queue/failover_queue.h"

#include "base/log.h"

namespace watchbill::queue {

using base::Task;

FailoverQueue::FailoverQueue(base::asio::any_io_executor executor, const base::Clock& clock,
                             BullmqQueue& remote, InProcessQueue& local, FailoverOptions options)
    : clock_(clock),
      remote_(remote),
      local_(local),
      options_(options),
      breaker_(options_.breaker),
      stop_asked_(executor),
      tasks_(executor) {}

Task<> FailoverQueue::start() {
  tasks_.spawn("watching the queue", watch());
  co_return;
}

Task<> FailoverQueue::stop() {
  stopping_ = true;
  stop_asked_.notify();
  co_await tasks_.join();
}

Task<> FailoverQueue::add(std::vector<RoundJob> jobs) {
  if (!options_.stands_in) {
    co_await remote_.add(std::move(jobs));
    co_return;
  }
  if (!breaker_.is_open()) {
    std::string failure;
    try {
      auto copies = jobs;
      co_await remote_.add(std::move(copies));
      co_return;
    } catch (const Unavailable& e) {
      failure = e.what();
    }
    if (breaker_.command_failed(clock_.monotonic_now())) went_away(failure);
  }
  co_await local_.add(std::move(jobs));
}

Task<domain::QueueCounts> FailoverQueue::counts() {
  if (!options_.stands_in) co_return co_await remote_.counts();
  if (!breaker_.is_open()) {
    std::string failure;
    try {
      co_return co_await remote_.counts();
    } catch (const Unavailable& e) {
      failure = e.what();
    }
    if (breaker_.command_failed(clock_.monotonic_now())) went_away(failure);
  }
  co_return co_await local_.counts();
}

Task<> FailoverQueue::watch() {
  while (!stopping_) {
    co_await check();
    const auto next = clock_.monotonic_now() + options_.check_every;
    while (!stopping_ && clock_.monotonic_now() < next) co_await stop_asked_.wait_until(next);
  }
}

Task<> FailoverQueue::check() {
  std::string failure;
  BullmqQueue::Health health;
  try {
    health = co_await remote_.check(options_.check_timeout);
  } catch (const Unavailable& e) {
    failure = e.what();
  }
  if (!failure.empty()) {
    if (options_.stands_in && breaker_.check_failed()) went_away(failure);
    co_return;
  }
  co_await mirror_pause(health.is_paused);
  const auto known = std::exchange(generation_, health.generation);
  if (!known.empty() && known != generation_) {
    base::log::warning("the queue was started again, is another one than before, or was cleaned");
    jobs_lost_();
  }
  if (breaker_.check_succeeded(clock_.monotonic_now())) came_back();
}

// Who paused the queue wants no rounds, whoever runs them.
Task<> FailoverQueue::mirror_pause(bool is_paused) {
  if (std::exchange(is_paused_, is_paused) == is_paused) co_return;
  if (is_paused)
    co_await local_.pause();
  else
    co_await local_.resume();
}

void FailoverQueue::went_away(const std::string& why) {
  if (stopping_) return;
  state_ = {true, clock_.now(), why};
  base::log::error("the queue is away: rounds run in this process", {{"cause", why}});
  jobs_lost_();
}

void FailoverQueue::came_back() {
  state_ = {};
  base::log::info("the queue is back");
  // Whoever waits here, for the few rounds that run at once, is for the workers again.
  jobs_lost_();
}

}  // namespace watchbill::queue
