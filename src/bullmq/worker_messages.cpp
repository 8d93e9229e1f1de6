#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/packing.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

void add_terms(Json& json, const FetchTerms& terms) {
  json["token"] = terms.token;
  if (!terms.worker_name.empty()) json["name"] = terms.worker_name;
  json["lockDuration"] = terms.lock_duration.count();
  if (terms.limiter)
    json["limiter"] = {{"max", terms.limiter->max}, {"duration", terms.limiter->duration.count()}};
}

// As the scripts want it: count -1 keeps all, 0 removes the job.
Json keep_jobs(const Retention& keep) {
  if (const auto* remove = std::get_if<bool>(&keep)) return {{"count", *remove ? 0 : -1}};
  if (const auto* count = std::get_if<std::int64_t>(&keep)) return {{"count", *count}};
  const auto& bounds = std::get<KeepJobs>(keep);
  Json json = Json::object();
  if (bounds.count) json["count"] = *bounds.count;
  if (bounds.age) json["age"] = bounds.age->count();
  if (bounds.limit) json["limit"] = *bounds.limit;
  return json;
}

std::string packed_finish(const JobRecord& job, const Finish& finish, const FetchTerms& terms) {
  const auto& options = *job.options;
  Json json = Json::object();
  add_terms(json, terms);
  json["keepJobs"] = keep_jobs(finish.keep);
  json["attempts"] = options.attempts;
  if (finish.max_metrics > 0)
    json["maxMetricsSize"] = finish.max_metrics;
  else
    json["maxMetricsSize"] = "";
  json["fpof"] = options.fail_parent_on_failure;
  json["cpof"] = options.continue_parent_on_failure;
  json["idof"] = options.ignore_dependency_on_failure;
  json["rdof"] = options.remove_dependency_on_failure;
  return pack(json);
}

// Fields of the job's hash that are written with a failure, packed; empty for none.
std::string failure_fields(const std::optional<std::string>& reason, std::string_view stack_trace) {
  if (!reason) return {};
  Json fields = Json::array();
  fields.push_back("failedReason");
  fields.push_back(*reason);
  fields.push_back("stacktrace");
  fields.push_back(stack_trace);
  return pack(fields);
}

constexpr std::string_view name_of(FinishedAs as) {
  return as == FinishedAs::completed ? "completed" : "failed";
}

Fetched fetched_or_throw(const redis::Reply& reply, const std::string& job_id, const char* what,
                         OptionsCache& cache) {
  accepted(reply, job_id, what);
  return fetched(reply, cache);
}

}  // namespace

redis::Command move_to_active(const Keys& keys, base::Timestamp now, const FetchTerms& terms) {
  static const auto& kMoveToActive = script("moveToActive");
  Json json = Json::object();
  add_terms(json, terms);
  auto command =
      with_keys(kMoveToActive, keys.wait, keys.active, keys.prioritized, keys.events, keys.stalled,
                keys.limiter, keys.delayed, keys.paused, keys.meta, keys.priority_counter, keys.marker);
  command.add(keys.base).add(base::to_epoch_ms(now)).add(pack(json));
  return command;
}

Fetched fetched(const redis::Reply& reply, OptionsCache& cache) {
  // {hash or 0, id, rate limit in ms, next delayed in ms}; nothing or 0 when there is nothing to say.
  const auto answer = reply.value();
  Fetched fetched;
  if (answer[0].is_array()) fetched.job = decode_record(answer[1].text(), answer[0], cache);
  fetched.rate_limited = base::Millis(std::max<std::int64_t>(0, answer[2].integer()));
  fetched.next_delayed = time_of_score(answer[3]);
  return fetched;
}

redis::Command move_to_finished(const Keys& keys, const JobRecord& job, const Finish& finish,
                                base::Timestamp now, const FetchTerms& terms, PackedFinish& cache) {
  static const auto& kMoveToFinished = script("moveToFinished");
  const bool completed = finish.as == FinishedAs::completed;
  if (cache.options != job.options || cache.as != finish.as || cache.bytes.empty())
    cache = {job.options, finish.as, packed_finish(job, finish, terms)};
  auto command = with_keys(
      kMoveToFinished, keys.wait, keys.active, keys.prioritized, keys.events, keys.stalled, keys.limiter,
      keys.delayed, keys.paused, keys.meta, keys.priority_counter, completed ? keys.completed : keys.failed,
      keys.base + job.id, completed ? keys.metrics_completed : keys.metrics_failed, keys.marker);
  command.add(job.id)
      .add(base::to_epoch_ms(now))
      .add(completed ? "returnvalue" : "failedReason")
      .add(finish.value)
      .add(name_of(finish.as))
      .add(finish.fetch_next ? "1" : "0")
      .add(keys.base)
      .add(cache.bytes);
  if (completed)
    command.add("");
  else
    command.add(failure_fields(finish.value, finish.stack_trace));
  return command;
}

Fetched finished(const redis::Reply& reply, const std::string& job_id, OptionsCache& cache) {
  return fetched_or_throw(reply, job_id, "finishing", cache);
}

redis::Command move_to_delayed(const Keys& keys, const std::string& job_id, const Delaying& delaying,
                               base::Timestamp now, const FetchTerms& terms) {
  static const auto& kMoveToDelayed = script("moveToDelayed");
  auto command =
      with_keys(kMoveToDelayed, keys.marker, keys.active, keys.prioritized, keys.delayed, keys.job(job_id),
                keys.events, keys.meta, keys.stalled, keys.wait, keys.limiter, keys.priority_counter);
  command.add(keys.base)
      .add(base::to_epoch_ms(now))
      .add(job_id)
      .add(terms.token)
      .add(delaying.delay.count())
      .add(delaying.skip_attempt ? "1" : "0")
      .add(failure_fields(delaying.failed_reason, delaying.stack_trace))
      .add(delaying.fetch_next ? "1" : "0");
  Json json = Json::object();
  add_terms(json, terms);
  command.add(delaying.fetch_next ? pack(json) : std::string());
  return command;
}

redis::Command retry_job(const Keys& keys, const std::string& job_id, bool lifo, base::Timestamp now,
                         std::string_view token, const std::optional<std::string>& failed_reason,
                         std::string_view stack_trace) {
  static const auto& kRetryJob = script("retryJob");
  auto command =
      with_keys(kRetryJob, keys.active, keys.wait, keys.paused, keys.job(job_id), keys.meta, keys.events,
                keys.delayed, keys.prioritized, keys.priority_counter, keys.marker, keys.stalled);
  command.add(keys.base)
      .add(base::to_epoch_ms(now))
      .add(lifo ? "RPUSH" : "LPUSH")
      .add(job_id)
      .add(token)
      .add(failure_fields(failed_reason, stack_trace));
  return command;
}

redis::Command move_active_to_wait(const Keys& keys, const std::string& job_id, std::string_view token) {
  static const auto& kMove = script("moveJobFromActiveToWait");
  auto command = with_keys(kMove, keys.active, keys.wait, keys.stalled, keys.paused, keys.meta, keys.limiter,
                           keys.prioritized, keys.marker, keys.events);
  command.add(job_id).add(token).add(keys.job(job_id));
  return command;
}

redis::Command move_to_waiting_children(const Keys& keys, const std::string& job_id, std::string_view token,
                                        base::Timestamp now) {
  static const auto& kMove = script("moveToWaitingChildren");
  const auto job = keys.job(job_id);
  auto command = with_keys(kMove, keys.active, keys.waiting_children, job, job + ":dependencies",
                           job + ":unsuccessful", keys.stalled, keys.events);
  command.add(token).add("").add(base::to_epoch_ms(now)).add(job_id).add(keys.base);
  return command;
}

redis::Command extend_lock(const Keys& keys, const std::string& job_id, std::string_view token,
                           base::Millis duration) {
  static const auto& kExtendLock = script("extendLock");
  auto command = with_keys(kExtendLock, keys.job(job_id) + ":lock", keys.stalled);
  command.add(token).add(duration.count()).add(job_id);
  return command;
}

redis::Command extend_locks(const Keys& keys, std::span<const std::string> ids,
                            std::span<const std::string> tokens, base::Millis duration) {
  static const auto& kExtendLocks = script("extendLocks");
  auto command = with_keys(kExtendLocks, keys.stalled);
  command.add(keys.base)
      .add(pack(Json(std::vector<std::string>(tokens.begin(), tokens.end()))))
      .add(pack(Json(std::vector<std::string>(ids.begin(), ids.end()))))
      .add(duration.count());
  return command;
}

redis::Command move_stalled_to_wait(const Keys& keys, int max_stalled_count, base::Millis interval,
                                    base::Timestamp now) {
  static const auto& kMoveStalled = script("moveStalledJobsToWait");
  auto command = with_keys(kMoveStalled, keys.stalled, keys.wait, keys.active, keys.stalled_check, keys.meta,
                           keys.paused, keys.marker, keys.events, keys.repeat);
  command.add(max_stalled_count).add(keys.base).add(base::to_epoch_ms(now)).add(interval.count());
  return command;
}

redis::Command rate_limit_ttl(const Keys& keys, std::int64_t max) {
  static const auto& kGetTtl = script("getRateLimitTtl");
  auto command = with_keys(kGetTtl, keys.limiter, keys.meta);
  command.add(max);
  return command;
}

std::optional<base::Timestamp> time_of_score(redis::Value score) {
  // Beyond it a double has no milliseconds, and nobody waits for that.
  constexpr double kEndOfTime = 9e15;
  const auto ms = score.number();
  if (!(ms >= 1)) return std::nullopt;
  return base::from_epoch_ms(static_cast<std::int64_t>(std::min(ms, kEndOfTime)));
}

std::vector<std::string> ids_of(redis::Value list) {
  std::vector<std::string> ids;
  for (std::size_t at = 0; at < list.size(); ++at) ids.emplace_back(list[at].text());
  return ids;
}

std::int64_t accepted(const redis::Reply& reply, const std::string& job_id, const char* what) {
  const auto number = reply.value().is_integer() ? reply.value().integer() : 0;
  if (number < 0) throw Refused(static_cast<Refusal>(number), job_id, what);
  return number;
}

}  // namespace watchbill::bullmq
