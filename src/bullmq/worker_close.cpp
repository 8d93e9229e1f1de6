// How a worker ends: it lets jobs finish, gives back what does not, and leaves nothing behind.
#include <fmt/format.h>

#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace {

// For processors to notice that they are cancelled, and for what is said to Redis after that.
constexpr base::Millis kCancellation{1000};
constexpr base::Millis kLastWords{500};
// "For ever", which clocks can still add.
constexpr base::Millis kLongestGrace = std::chrono::hours(24 * 365);

}  // namespace

base::Task<> Worker::stop() { return close(options_.close_grace); }

base::Task<> Worker::close(base::Millis grace) {
  if (!started_) co_return;
  closing_ = true;
  plan_.pause(true);
  changed_.notify();
  // A fetch that is under way counts: it may bring a job.
  co_await wait_for_slots(clock_.monotonic_now() + std::min(grace, kLongestGrace));
  if (plan_.active() > 0) co_await give_back_running();
  const bool held_marker = holds_marker_;
  tasks_.cancel();
  co_await blocking_->stop();
  co_await leave_nothing_behind(held_marker);
  // Before the tasks are joined: what still waits for Redis ends by that.
  co_await client_->stop();
  co_await jobs_.join();
  co_await tasks_.join();
}

base::Task<> Worker::wait_for_slots(base::Monotonic deadline) {
  while (plan_.active() > 0 && clock_.monotonic_now() < deadline) co_await slot_ended_.wait_until(deadline);
}

// Cancelled, each slot gives its job back itself.
base::Task<> Worker::give_back_running() {
  abandoning_ = true;
  cancel_all_jobs("the worker closes");
  jobs_.cancel();
  changed_.notify();
  co_await wait_for_slots(client_->within(kCancellation));
  co_await give_back_held();
}

// Of processors that do not listen.
base::Task<> Worker::give_back_held() {
  const auto held = locks_.all();
  std::vector<redis::Command> commands;
  for (std::size_t at = 0; at < held.ids.size(); ++at) {
    commands.push_back(move_active_to_wait(backend_->keys, held.ids[at], held.tokens[at]));
    locks_.untrack(held.ids[at], held.tokens[at]);
  }
  if (commands.empty()) co_return;
  try {
    co_await client_->call_together(commands, client_->within(kLastWords));
  } catch (const redis::Error& e) {
    report(fmt::format("{} jobs were not given back: {}", commands.size(), e.what()));
  }
}

base::Task<> Worker::leave_nothing_behind(bool held_marker) {
  try {
    // A marker that was on its way here is for others; one too many does no harm.
    const redis::Command marker("ZADD", backend_->keys.marker, 0, "0");
    if (held_marker) co_await client_->call(marker, client_->within(kLastWords));
    if (!orphaned_tokens_.empty()) co_await put_orphans_back(orphaned_tokens_);
  } catch (const redis::Error&) {
    // Redis is away; the stalled check of another worker finds them.
  }
}

}  // namespace watchbill::bullmq
