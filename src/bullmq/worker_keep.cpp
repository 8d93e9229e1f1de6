// What goes on beside the jobs of a worker: locks, stalled jobs, lost replies, health, giving back.
#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace asio = base::asio;

namespace {

// A command whose reply was lost may still be on its way into the server.
constexpr base::Millis kLateCommand{2000};
// For processors to notice that they are cancelled.
constexpr base::Millis kCancellation{1000};

}  // namespace

base::Task<> Worker::sleep(base::Millis time) {
  asio::steady_timer timer(executor_, clock_.monotonic_now() + time);
  co_await timer.async_wait(asio::use_awaitable);
}

base::Task<> Worker::renew_locks() {
  for (;;) {
    co_await sleep(locks_.look_every());
    const auto due = locks_.take_due(clock_.monotonic_now());
    if (due.ids.empty()) continue;
    try {
      const auto command = extend_locks(backend_->keys, due.ids, due.tokens, options_.lock_duration);
      const auto reply = co_await client_->call(command);
      for (const auto& id : ids_of(reply.value())) lost(id, "the lock could not be renewed");
    } catch (const redis::Error& e) {
      report(fmt::format("locks were not renewed: {}", e.what()));
    }
  }
}

void Worker::lost(const std::string& job_id, const std::string& why) {
  for (auto& slot : slots_) {
    if (slot.job_id != job_id) continue;
    locks_.untrack(job_id, slot.token);
    slot.signal.raise(why);
  }
  ++stats_.lock_lost;
  report(fmt::format("job {} is no longer ours: {}", job_id, why));
  if (events_.lock_lost) events_.lock_lost(job_id);
}

base::Task<> Worker::check_stalled() {
  for (;;) {
    try {
      const auto command =
          move_stalled_to_wait(backend_->keys, options_.max_stalled_count, options_.stalled_interval, now());
      const auto reply = co_await client_->call(command);
      for (const auto& id : ids_of(reply.value()))
        if (events_.stalled) events_.stalled(id);
    } catch (const redis::Error& e) {
      report(fmt::format("stalled jobs were not looked for: {}", e.what()));
    }
    co_await sleep(options_.stalled_interval);
  }
}

void Worker::orphan(const std::string& token) {
  orphaned_tokens_.insert(token);
  changed_.notify();
}

// The reply that was lost may have handed out a job: it is active, locked with a token that nobody uses. The
// check for stalled jobs would find it when the lock is over; here it is found at once.
base::Task<> Worker::recover_orphans() {
  for (;;) {
    while (orphaned_tokens_.empty()) co_await changed_.wait();
    try {
      co_await client_->wait_ready(client_->within(client_->options().connect_timeout));
      const auto tokens = orphaned_tokens_;
      co_await put_orphans_back(tokens);
      co_await sleep(kLateCommand);
      co_await put_orphans_back(tokens);
      for (const auto& token : tokens) orphaned_tokens_.erase(token);
    } catch (const redis::Error&) {
      // once more when Redis is back
    }
    co_await sleep(options_.retry_delay);
  }
}

base::Task<> Worker::put_orphans_back(const std::set<std::string>& tokens) {
  const redis::Command list("LRANGE", backend_->keys.active, 0, -1);
  const auto active = co_await client_->call(list);
  std::vector<std::string> ids;
  for (auto& id : ids_of(active.value())) {
    const bool runs_here = std::ranges::any_of(slots_, [&](const Slot& slot) { return slot.job_id == id; });
    if (!runs_here) ids.push_back(std::move(id));
  }
  if (ids.empty()) co_return;
  redis::Command get("MGET");
  for (const auto& id : ids) get.add(backend_->keys.job(id) + ":lock");
  const auto locks = co_await client_->call(get);
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const std::string token(locks.value()[at].text());
    if (!tokens.contains(token)) continue;
    const auto move = move_active_to_wait(backend_->keys, ids[at], token);
    const auto reply = co_await client_->call(move);
    if (reply.value().integer() >= 0) ++stats_.recovered;
  }
}

// Cancelled, each slot gives its job back itself; for those whose processor does not listen it is done here.
base::Task<> Worker::give_back_running() {
  abandoning_ = true;
  for (auto& slot : slots_) slot.signal.raise("the worker closes");
  jobs_.cancel();
  const auto deadline = clock_.monotonic_now() + kCancellation;
  while (!slots_.empty() && clock_.monotonic_now() < deadline) co_await slot_ended_.wait_until(deadline);
  const auto held = locks_.all();
  for (std::size_t at = 0; at < held.ids.size(); ++at) {
    try {
      const auto command = move_active_to_wait(backend_->keys, held.ids[at], held.tokens[at]);
      co_await client_->call(command);
    } catch (const redis::Error& e) {
      report(fmt::format("job {} was not given back: {}", held.ids[at], e.what()));
    }
  }
}

base::Task<WorkerHealth> Worker::health() {
  if (!unfit_.empty()) co_return WorkerHealth{false, unfit_};
  const auto status = client_->status();
  if (!status.connected) co_return WorkerHealth{false, status.problem};
  const auto idle = std::chrono::duration_cast<base::Millis>(clock_.monotonic_now() - last_progress_);
  if (idle < options_.stuck_after || paused_ || plan_.is_rate_limited(now())) co_return WorkerHealth{};
  std::string failed;
  try {
    std::vector<redis::Command> commands;
    commands.emplace_back("LLEN", backend_->keys.wait);
    commands.emplace_back("ZCARD", backend_->keys.prioritized);
    commands.emplace_back("HEXISTS", backend_->keys.meta, "paused");
    commands.emplace_back("EXISTS", backend_->keys.limiter);
    const auto replies = co_await client_->call_together(commands);
    const auto waiting = replies[0].value().integer() + replies[1].value().integer();
    const bool held_back = replies[2].value().integer() == 1 || replies[3].value().integer() == 1;
    if (waiting > 0 && !held_back)
      failed = fmt::format("{} jobs wait and none has finished for {} s", waiting, idle.count() / 1000);
    else
      last_progress_ = clock_.monotonic_now();
  } catch (const redis::Error& e) {
    failed = e.what();
  }
  co_return WorkerHealth{failed.empty(), failed};
}

}  // namespace watchbill::bullmq
