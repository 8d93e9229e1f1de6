// What Queue sets for all that work on it.
#include <fmt/format.h>

#include "bullmq/job_messages.h"
#include "bullmq/queue.h"

namespace watchbill::bullmq {

namespace {

void require_positive(std::int64_t value, const char* what) {
  if (value < 1) throw std::invalid_argument(fmt::format("{} is {}; it must be at least 1", what, value));
}

}  // namespace

base::Task<> Queue::pause() {
  const auto command = pause_queue(backend_->keys);
  co_await client_->call(command);
}

base::Task<> Queue::resume() {
  // What BullMQ 5 left behind comes in slices; one event tells of them all.
  for (bool is_first = true;; is_first = false) {
    const auto command = resume_queue(backend_->keys, is_first);
    const auto reply = co_await client_->call(command);
    if (reply.value().integer() <= 0) co_return;
  }
}

base::Task<> Queue::set_global_concurrency(std::int64_t concurrency) {
  require_positive(concurrency, "the global concurrency");
  const redis::Command command("HSET", backend_->keys.meta, "concurrency", concurrency);
  co_await client_->call(command);
}

base::Task<> Queue::remove_global_concurrency() {
  const redis::Command command("HDEL", backend_->keys.meta, "concurrency");
  co_await client_->call(command);
}

base::Task<> Queue::set_global_rate_limit(GlobalRateLimit limit) {
  require_positive(limit.max, "the number of jobs of the global rate limit");
  require_positive(limit.duration.count(), "the duration of the global rate limit");
  const redis::Command command("HSET", backend_->keys.meta, "max", limit.max, "duration",
                               limit.duration.count());
  co_await client_->call(command);
}

base::Task<> Queue::remove_global_rate_limit() {
  const redis::Command command("HDEL", backend_->keys.meta, "max", "duration");
  co_await client_->call(command);
}

base::Task<> Queue::rate_limit(base::Millis time) {
  require_positive(time.count(), "the time of the rate limit");
  const auto command = bullmq::rate_limit(backend_->keys, time);
  co_await client_->call(command);
}

base::Task<bool> Queue::remove_rate_limit_key() { return remove_key(backend_->keys.limiter); }

base::Task<bool> Queue::remove_deduplication_key(std::string deduplication_id) {
  return remove_key(backend_->keys.deduplication + ":" + deduplication_id);
}

base::Task<bool> Queue::remove_key(std::string key) {
  const redis::Command command("DEL", key);
  const auto reply = co_await client_->call(command);
  co_return reply.value().integer() > 0;
}

base::Task<> Queue::update_job_progress(std::string job_id, Json progress) {
  auto command = update_progress(backend_->keys, job_id, to_text(progress));
  co_await backend_->ask(std::move(command), job_id, "updating the progress");
}

base::Task<std::int64_t> Queue::add_job_log(std::string job_id, std::string line, std::int64_t keep) {
  auto command = add_log(backend_->keys, job_id, line, keep);
  const auto reply = co_await backend_->ask(std::move(command), job_id, "logging");
  co_return reply.value().integer();
}

base::Task<> Queue::publish_event(std::string name, std::vector<std::pair<std::string, std::string>> fields,
                                  std::int64_t max_events) {
  if (name.empty()) throw std::invalid_argument("an event needs a name");
  require_positive(max_events, "the number of events that are kept");
  redis::Command command("XADD", backend_->keys.events, "MAXLEN", "~", max_events, "*", "event", name);
  for (const auto& [field, value] : fields) command.add(field).add(value);
  co_await client_->call(command);
}

}  // namespace watchbill::bullmq
