// What Queue removes and puts back.
#include <fmt/format.h>

#include <algorithm>

#include "bullmq/queue.h"

namespace watchbill::bullmq {

namespace {

// The script must not hold up the server for longer.
constexpr std::int64_t kCleanedAtOnce = 10000;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument(what);
}

void require_step(std::int64_t count) {
  require(count >= 1, fmt::format("{} jobs a step would never end; it must be at least 1", count));
}

}  // namespace

base::Task<bool> Queue::remove(std::string job_id, bool remove_children) {
  auto command = remove_job(backend_->keys, job_id, remove_children);
  const auto reply = co_await backend_->ask(std::move(command), job_id, "removing");
  co_return reply.value().integer() == 1;
}

base::Task<> Queue::drain(bool delayed) {
  const auto command = bullmq::drain(backend_->keys, delayed);
  co_await client_->call(command);
}

base::Task<std::vector<std::string>> Queue::clean(base::Millis grace, std::int64_t limit, JobState state) {
  require(grace.count() >= 0, "the grace of cleaning must not be negative");
  require(limit >= 0, "the limit of cleaning must not be negative");
  require(state != JobState::unknown && state != JobState::waiting_children,
          fmt::format("jobs in the state {} cannot be cleaned", name_of(state)));
  const auto before = backend_->clock.now() - grace;
  std::vector<std::string> removed;
  for (;;) {
    const auto left = limit - static_cast<std::int64_t>(removed.size());
    const auto step = limit == 0 ? kCleanedAtOnce : std::min(left, kCleanedAtOnce);
    const auto command = bullmq::clean(backend_->keys, state, before, step);
    const auto reply = co_await client_->call(command);
    auto ids = ids_of(reply.value());
    const bool was_last = static_cast<std::int64_t>(ids.size()) < step;
    std::ranges::move(ids, std::back_inserter(removed));
    if (was_last || static_cast<std::int64_t>(removed.size()) == limit) co_return removed;
  }
}

base::Task<> Queue::obliterate(bool force, std::int64_t count) {
  require_step(count);
  co_await pause();
  for (bool more = true; more;) {
    const auto command = bullmq::obliterate(backend_->keys, count, force);
    const auto reply = co_await client_->call(command);
    more = more_to_obliterate(reply);
  }
}

base::Task<> Queue::retry_jobs(RetryJobs which) {
  require(which.state == JobState::failed || which.state == JobState::completed,
          "only failed and completed jobs can be retried");
  // A job that fails again meanwhile is not retried for ever.
  co_await move_all_to_wait(which.state, which.count, which.until.value_or(backend_->clock.now()));
}

base::Task<> Queue::promote_jobs(std::int64_t count) {
  co_await move_all_to_wait(JobState::delayed, count, std::nullopt);
}

base::Task<> Queue::move_all_to_wait(JobState from, std::int64_t count,
                                     std::optional<base::Timestamp> until) {
  require_step(count);
  for (;;) {
    const auto command = move_jobs_to_wait(backend_->keys, from, count, until);
    const auto reply = co_await client_->call(command);
    if (reply.value().integer() == 0) co_return;
  }
}

base::Task<std::int64_t> Queue::remove_orphaned_jobs(std::int64_t count, std::int64_t limit) {
  require(count >= 1, "at least one key must be looked at in a step");
  require(limit >= 0, "the limit of removing must not be negative");
  std::int64_t removed = 0;
  std::string cursor = "0";
  do {
    const auto scan = scan_keys(backend_->keys, cursor, count);
    const auto scanned = co_await client_->call(scan);
    cursor = scanned.value()[0].text();
    const auto candidates = job_ids_among(backend_->keys, scanned.value()[1]);
    if (candidates.empty()) continue;
    const auto remove = bullmq::remove_orphaned_jobs(backend_->keys, candidates);
    const auto reply = co_await client_->call(remove);
    removed += reply.value().integer();
  } while (cursor != "0" && (limit == 0 || removed < limit));
  co_return removed;
}

base::Task<std::int64_t> Queue::trim_events(std::int64_t max_length) {
  require(max_length >= 0, "the length of the stream of events must not be negative");
  const redis::Command command("XTRIM", backend_->keys.events, "MAXLEN", "~", max_length);
  const auto reply = co_await client_->call(command);
  co_return reply.value().integer();
}

base::Task<bool> Queue::remove_deprecated_priority_key() { return remove_key(backend_->keys.of("priority")); }

}  // namespace watchbill::bullmq
