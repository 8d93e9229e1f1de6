// What goes on beside the jobs of a worker: locks, stalled jobs, lost replies, health.
#include <fmt/format.h>

#include <algorithm>

#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace {

// A command whose reply was lost may still be on its way into the server.
constexpr base::Millis kLateCommand{2000};
// A delayed job's score is its time and, below that, a counter of 12 bits.
constexpr std::int64_t kScorePerMs = 0x1000;

}  // namespace

base::Task<> Worker::renew_locks() {
  for (;;) {
    co_await sleep(locks_.look_every());
    const auto due = locks_.take_due(clock_.monotonic_now());
    if (due.ids.empty()) continue;
    try {
      const auto command = extend_locks(backend_->keys, due.ids, due.tokens, options_.lock_duration);
      const auto reply = co_await client_->call(command);
      const auto lost = ids_of(reply.value());
      for (auto& slot : slots_)
        if (std::ranges::find(lost, slot.job_id) != lost.end() && due.contains(slot.job_id, slot.token) &&
            locks_.holds(slot.job_id, slot.token))
          disown(slot, "the lock could not be renewed");
    } catch (const redis::Error& e) {
      report(fmt::format("locks were not renewed: {}", e.what()));
    }
  }
}

base::Task<> Worker::check_stalled() {
  for (;;) {
    try {
      const auto command =
          move_stalled_to_wait(backend_->keys, options_.max_stalled_count, options_.stalled_interval, now());
      const auto reply = co_await client_->call(command);
      for (const auto& id : ids_of(reply.value())) call_back(events_.stalled, id);
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
  const auto ids = ids_of(active.value());
  if (ids.empty()) co_return;
  redis::Command get("MGET");
  for (const auto& id : ids) get.add(backend_->keys.job(id) + ":lock");
  const auto locks = co_await client_->call(get);
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const std::string token(locks.value()[at].text());
    // The token of a slot whose job is being settled a second time is among them.
    const bool runs_here = std::ranges::any_of(
        slots_, [&](const Slot& slot) { return slot.job_id == ids[at] && slot.token == token; });
    if (runs_here || !tokens.contains(token)) continue;
    const auto move = move_active_to_wait(backend_->keys, ids[at], token);
    const auto reply = co_await client_->call(move);
    if (reply.value().integer() >= 0) ++stats_.recovered;
  }
}

base::Task<WorkerHealth> Worker::health() {
  if (!unfit_.empty()) co_return WorkerHealth{false, unfit_};
  for (const auto* client : {client_.get(), blocking_.get()})
    if (const auto status = client->status(); !status.connected)
      co_return WorkerHealth{false, status.problem};
  const auto steady = clock_.monotonic_now();
  const auto idle = std::chrono::duration_cast<base::Millis>(steady - last_progress_);
  if (idle < options_.stuck_after || paused_ || plan_.is_rate_limited(steady)) co_return WorkerHealth{};
  std::string problem;
  try {
    if (const auto due = co_await count_due_jobs(); due > 0)
      problem = fmt::format("{} jobs wait and none has finished for {} s", due, idle.count() / 1000);
    else
      last_progress_ = steady;
  } catch (const redis::Error& e) {
    problem = e.what();
  }
  co_return WorkerHealth{problem.empty(), problem};
}

// That nothing but the workers keeps from running.
base::Task<std::int64_t> Worker::count_due_jobs() {
  const auto& keys = backend_->keys;
  std::vector<redis::Command> commands;
  commands.emplace_back("HMGET", keys.meta, "paused", "concurrency", "max");
  commands.emplace_back("LLEN", keys.active);
  commands.emplace_back("GET", keys.limiter);
  commands.emplace_back("LLEN", keys.wait);
  commands.emplace_back("ZCARD", keys.prioritized);
  commands.emplace_back("ZCOUNT", keys.delayed, "-inf", base::to_epoch_ms(now()) * kScorePerMs);
  const auto replies = co_await backend_->ask_together(std::move(commands));
  const auto number = [&replies](std::size_t at) { return replies[at].value().integer(); };
  const auto meta = replies[0].value();
  const auto most = meta[2].integer(options_.limiter ? options_.limiter->max : 0);
  const bool is_limited = most > 0 && number(2) >= most;
  const bool is_full = !meta[1].is_nil() && number(1) >= meta[1].integer();
  if (!meta[0].is_nil() || is_full || is_limited) co_return 0;
  co_return number(3) + number(4) + number(5);
}

}  // namespace watchbill::bullmq
