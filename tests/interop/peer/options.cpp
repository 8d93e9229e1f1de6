#include "tests/interop/peer/options.h"

namespace interop {

namespace base = watchbill::base;

namespace {

// Long names, and the short ones that Redis stores.
constexpr std::pair<const char*, const char*> kStoredAs[] = {
    {"keepLogs", "kl"},
    {"deduplication", "de"},
    {"failParentOnFailure", "fpof"},
    {"continueParentOnFailure", "cpof"},
    {"ignoreDependencyOnFailure", "idof"},
    {"removeDependencyOnFailure", "rdof"},
};

void take(const Json& json, const char* name, base::Millis& to) {
  if (const auto found = json.find(name); found != json.end()) to = base::Millis(found->get<std::int64_t>());
}
template <class Value>
void take(const Json& json, const char* name, Value& to) {
  if (const auto found = json.find(name); found != json.end()) to = found->get<Value>();
}

}  // namespace

bullmq::JobOptions job_options(Json options) {
  if (!options.is_object()) return {};
  for (const auto& [name, stored] : kStoredAs)
    if (options.contains(name)) options[stored] = options[name];
  if (options.contains("telemetry")) options["tm"] = options["telemetry"]["metadata"];
  return bullmq::decode_options(bullmq::to_text(options));
}

bullmq::QueueOptions queue_options(const Json& json) {
  bullmq::QueueOptions options;
  take(json, "prefix", options.prefix);
  if (json.contains("defaultJobOptions"))
    options.default_job_options = job_options(json["defaultJobOptions"]);
  if (json.contains("streams")) take(json["streams"]["events"], "maxLen", options.max_event_length);
  take(json, "skipMetasUpdate", options.skip_meta_update);
  return options;
}

bullmq::WorkerOptions worker_options(const Json& json) {
  bullmq::WorkerOptions options;
  take(json, "prefix", options.prefix);
  take(json, "name", options.name);
  take(json, "concurrency", options.concurrency);
  take(json, "lockDuration", options.lock_duration);
  take(json, "lockRenewTime", options.lock_renew_time);
  take(json, "stalledInterval", options.stalled_interval);
  take(json, "maxStalledCount", options.max_stalled_count);
  take(json, "maxStartedAttempts", options.max_started_attempts);
  take(json, "drainDelay", options.drain_delay);
  take(json, "closeGrace", options.close_grace);
  take(json, "skipStalledCheck", options.skip_stalled_check);
  take(json, "skipLockRenewal", options.skip_lock_renewal);
  if (json.contains("metrics")) take(json["metrics"], "maxDataPoints", options.max_metrics_data_points);
  if (json.contains("limiter")) {
    options.limiter.emplace();
    take(json["limiter"], "max", options.limiter->max);
    take(json["limiter"], "duration", options.limiter->duration);
  }
  const auto of_jobs = job_options(json);
  options.remove_on_complete = of_jobs.remove_on_complete;
  options.remove_on_fail = of_jobs.remove_on_fail;
  return options;
}

}  // namespace interop
