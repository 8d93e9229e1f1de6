// What is done with a job from outside.
#include <fmt/format.h>

#include "bullmq/job.h"
#include "bullmq/queue_events.h"
#include "bullmq/queue_messages.h"

namespace watchbill::bullmq {

base::Task<JobState> Job::state() {
  const auto command = job_state(backend_->keys, id());
  const auto reply = co_await backend_->client.call(command);
  co_return state_named(reply.value().text());
}

base::Task<bool> Job::is_in_state(JobState state) {
  auto commands = find_in_state(backend_->keys, id(), state);
  const auto replies = co_await backend_->ask_together(std::move(commands));
  co_return was_found(replies);
}

base::Task<> Job::retry(JobState from, Reset reset) {
  if (from != JobState::failed && from != JobState::completed)
    throw std::invalid_argument("only failed and completed jobs can be retried");
  auto command = reprocess_job(backend_->keys, id(), from, options().lifo, reset);
  co_await backend_->ask(std::move(command), id(), "retrying");
  record_->failed_reason.clear();
  record_->return_value.clear();
  record_->finished_on.reset();
  record_->processed_on.reset();
  if (reset.attempts_made) record_->attempts_made = 0;
  if (reset.attempts_started) record_->attempts_started = 0;
}

base::Task<> Job::remove(bool remove_children) {
  auto command = remove_job(backend_->keys, id(), remove_children);
  const auto reply = co_await backend_->ask(std::move(command), id(), "removing");
  if (reply.value().integer() == 0) throw Refused(Refusal::lock_mismatch, id(), "removing");
}

base::Task<> Job::promote() {
  auto command = promote_job(backend_->keys, id());
  co_await backend_->ask(std::move(command), id(), "promoting");
  record_->delay = base::Millis(0);
}

base::Task<> Job::change_delay(base::Millis delay) {
  if (delay.count() < 0) throw std::invalid_argument("a delay must not be negative");
  auto command = bullmq::change_delay(backend_->keys, id(), delay, backend_->clock.now());
  co_await backend_->ask(std::move(command), id(), "changing the delay");
  record_->delay = delay;
}

base::Task<> Job::change_priority(std::uint32_t priority, bool lifo) {
  if (priority > kMaxPriority)
    throw std::invalid_argument(fmt::format("the priority {} is not from 0 to {}", priority, kMaxPriority));
  auto command = bullmq::change_priority(backend_->keys, id(), priority, lifo);
  co_await backend_->ask(std::move(command), id(), "changing the priority");
  record_->priority = priority;
}

base::Task<> Job::clear_logs(std::int64_t keep) {
  if (keep < 0) throw std::invalid_argument("the number of lines to keep must not be negative");
  const auto command = bullmq::clear_logs(backend_->keys, id(), keep);
  co_await backend_->client.call(command);
}

base::Task<bool> Job::remove_deduplication_key() {
  if (record_->deduplication_id.empty()) co_return false;
  const auto command = release_deduplication(backend_->keys, record_->deduplication_id, id());
  const auto reply = co_await backend_->client.call(command);
  co_return reply.value().integer() > 0;
}

base::Task<std::optional<FinishedJob>> Job::wait_until_finished(QueueEvents& events, base::Millis patience) {
  auto deadline = base::Monotonic::max();
  if (patience != base::Millis::max()) deadline = backend_->clock.monotonic_now() + patience;
  FinishWatch watch(events, id());
  if (!co_await events.wait_listening(deadline)) co_return std::nullopt;
  // It may have ended before anybody listened; and an earlier end may not have been told yet.
  const auto last = last_event(backend_->keys);
  const auto known = co_await backend_->client.call(last);
  watch.ignore_until(last_event_id_in(known));
  const auto command = is_finished(backend_->keys, id());
  const auto reply = co_await backend_->client.call(command);
  if (auto finished = finish_told(reply, id())) co_return finished;
  co_return co_await watch.wait_until(deadline);
}

}  // namespace watchbill::bullmq
