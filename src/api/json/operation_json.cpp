#include "api/json/operation_json.h"

#include <cmath>

#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

json counts_json(const domain::QueueCounts& counts) {
  return {{"waiting", counts.waiting},
          {"active", counts.active},
          {"completed", counts.completed},
          {"failed", counts.failed},
          {"delayed", counts.delayed}};
}

json consumers_json(const std::optional<std::vector<queue::Consumer>>& consumers) {
  if (!consumers) return nullptr;
  auto list = json::array();
  for (const auto& consumer : *consumers)
    list.push_back({{"name", text_or_null(consumer.name)}, {"address", consumer.address}});
  return list;
}

// Two digits behind the point are more than anybody reads.
double rounded(double rate) { return std::round(rate * 100) / 100; }

}  // namespace

json queue_json(const QueueView& queue) {
  const bool known = queue.is_reachable();
  return {{"engine", queue.engine},
          {"reachable", known},
          {"error", text_or_null(queue.error)},
          {"paused", known ? json(queue.is_paused) : json(nullptr)},
          {"counts", known ? counts_json(queue.counts) : json(nullptr)},
          {"consumers", known ? consumers_json(queue.consumers) : json(nullptr)}};
}

json job_json(const queue::ListedJob& job) {
  return {{"id", job.id},
          {"userId", text_or_null(job.user_id)},
          {"email", text_or_null(job.user_email)},
          {"attempts", job.attempts},
          {"reason", text_or_null(job.reason)},
          {"addedAt", time_json(job.added_at)},
          {"dueAt", time_json(job.due_at)},
          {"startedAt", time_json(job.started_at)},
          {"finishedAt", time_json(job.finished_at)}};
}

json process_json(const store::Process& process, base::Timestamp now) {
  const auto state = state_of(process, now);
  const bool alive = state == ProcessState::alive;
  return {{"instance", process.instance},
          {"role", process.role},
          {"version", process.version},
          {"host", process.host},
          {"pid", process.pid},
          {"state", to_string(state)},
          {"startedAt", time_json(process.started_at)},
          {"seenAt", time_json(process.seen_at)},
          {"stoppedAt", time_json(process.stopped_at)},
          {"concurrency", process.concurrency},
          {"running", alive ? process.running : 0},
          {"roundsDone", process.rounds_done},
          {"roundsPerSecond", alive ? rounded(process.rounds_per_second()) : 0}};
}

json dispatch_json(const store::LoggedDispatch& entry) {
  return {{"at", time_json(entry.at)},
          {"source", entry.source},
          {"mode", entry.mode},
          {"claimed", entry.claimed},
          {"remaining", entry.remaining},
          {"durationMs", entry.duration.count()},
          {"error", text_or_null(entry.error)}};
}

json lateness_json(const store::Lateness& lateness, base::Millis time) {
  const bool any = lateness.rounds > 0;
  const auto ms = [any](base::Millis value) { return any ? json(value.count()) : json(nullptr); };
  return {{"windowMs", time.count()},  {"rounds", lateness.rounds}, {"all", lateness.all},
          {"p50Ms", ms(lateness.p50)}, {"p95Ms", ms(lateness.p95)}, {"maxMs", ms(lateness.max)}};
}

json warning_json(const Warning& warning) {
  return {{"code", to_string(warning.code)},
          {"since", time_json(warning.since)},
          {"reason", text_or_null(warning.reason)}};
}

}  // namespace watchbill::api
