#include <algorithm>
#include <set>

#include "bullmq/error.h"
#include "bullmq/packing.h"
#include "bullmq/queue_messages.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

// Behind the queue's own keys, in the Node library's order; what follows a ':' behind one of them is the
// queue's as well ("repeat:…", "de:…").
constexpr std::string_view kQueueParts[] = {
    "active",      "wait",          "waiting-children", "paused", "id",      "delayed",
    "prioritized", "stalled-check", "completed",        "failed", "stalled", "repeat",
    "limiter",     "meta",          "events",           "pc",     "marker",  "de"};
// Hashes of the workers' figures: "metrics:failed" would otherwise look like a part of a job.
constexpr std::string_view kMetrics = "metrics";
// Behind a job's key.
constexpr std::string_view kJobParts[] = {"logs",   "dependencies", "processed",
                                          "failed", "unsuccessful", "lock"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What the server would take for a pattern is taken literally.
std::string literal(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view("\\*?[]^-").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

redis::Command pause_queue(const Keys& keys) {
  static const auto& kPause = script("pause");
  auto command = with_keys(kPause, keys.wait, keys.paused, keys.meta, keys.prioritized, keys.events,
                           keys.delayed, keys.marker);
  command.add("paused").add("1");
  return command;
}

redis::Command resume_queue(const Keys& keys, bool emit_event) {
  static const auto& kPause = script("pause");
  auto command = with_keys(kPause, keys.paused, keys.wait, keys.meta, keys.prioritized, keys.events,
                           keys.delayed, keys.marker);
  command.add("resumed").add(emit_event ? "1" : "0");
  return command;
}

redis::Command drain(const Keys& keys, bool delayed) {
  static const auto& kDrain = script("drain");
  auto command = with_keys(kDrain, keys.wait, keys.paused, keys.delayed, keys.prioritized, keys.repeat);
  command.add(keys.base).add(delayed ? "1" : "0");
  return command;
}

redis::Command clean(const Keys& keys, JobState state, base::Timestamp before, std::int64_t limit) {
  static const auto& kClean = script("cleanJobsInSet");
  auto command = with_keys(kClean, keys.of(key_part(state)), keys.events, keys.repeat);
  command.add(keys.base).add(base::to_epoch_ms(before)).add(limit).add(key_part(state));
  return command;
}

redis::Command obliterate(const Keys& keys, std::int64_t count, bool force) {
  static const auto& kObliterate = script("obliterate");
  auto command = with_keys(kObliterate, keys.meta, keys.base);
  command.add(count).add(force ? "force" : "");
  return command;
}

bool more_to_obliterate(const redis::Reply& reply) {
  const auto answer = reply.value().integer();
  if (answer == -1) throw Refused(Refusal::not_paused, "", "obliterating the queue");
  if (answer == -2) throw Refused(Refusal::active_jobs, "", "obliterating the queue");
  return answer != 0;
}

redis::Command move_jobs_to_wait(const Keys& keys, JobState from, std::int64_t count,
                                 std::optional<base::Timestamp> until) {
  static const auto& kMove = script("moveJobsToWait");
  // The Node library's way to say it; the script wants a number.
  constexpr std::string_view kEver = "1.7976931348623157e+308";
  auto command = with_keys(kMove, keys.base, keys.events, keys.of(key_part(from)), keys.wait, keys.paused,
                           keys.meta, keys.active, keys.marker);
  command.add(count);
  if (until)
    command.add(base::to_epoch_ms(*until));
  else
    command.add(kEver);
  command.add(key_part(from));
  return command;
}

redis::Command remove_job(const Keys& keys, const std::string& job_id, bool remove_children) {
  static const auto& kRemove = script("removeJob");
  auto command = with_keys(kRemove, keys.job(job_id), keys.repeat);
  command.add(job_id).add(remove_children ? "1" : "0").add(keys.base);
  return command;
}

redis::Command scan_keys(const Keys& keys, std::string_view cursor, std::int64_t count) {
  redis::Command command("SCAN", cursor, "MATCH", literal(keys.base) + "*", "COUNT", count);
  command.route_by(keys.meta);
  return command;
}

std::vector<std::string> job_ids_among(const Keys& keys, redis::Value scanned) {
  std::set<std::string, std::less<>> ids;
  for (std::size_t at = 0; at < scanned.size(); ++at) {
    const auto key = scanned[at].text();
    if (!key.starts_with(keys.base)) continue;
    const auto suffix = key.substr(keys.base.size());
    const auto colon = suffix.find(':');
    const auto id = suffix.substr(0, colon);
    if (is_among(kQueueParts, id) || id == kMetrics) continue;
    if (colon != suffix.npos && !is_among(kJobParts, suffix.substr(colon + 1))) continue;
    ids.emplace(id);
  }
  return {ids.begin(), ids.end()};
}

redis::Command remove_orphaned_jobs(const Keys& keys, std::span<const std::string> job_ids) {
  static const auto& kRemove = script("removeOrphanedJobs");
  auto command = with_keys(kRemove, keys.base);
  command.add(std::size(kQueueParts));
  for (const auto part : kQueueParts) command.add(part);
  command.add(std::size(kJobParts));
  for (const auto part : kJobParts) command.add(part);
  for (const auto& id : job_ids) command.add(id);
  return command;
}

redis::Command rate_limit(const Keys& keys, base::Millis time) {
  // More jobs than any limit allows: JavaScript's largest safe integer.
  constexpr std::int64_t kSpent = 9007199254740991;
  return redis::Command("SET", keys.limiter, kSpent, "PX", time.count());
}

redis::Command is_maxed(const Keys& keys) {
  static const auto& kIsMaxed = script("isMaxed");
  return with_keys(kIsMaxed, keys.meta, keys.active);
}

redis::Command client_list(const Keys& keys) {
  redis::Command command("CLIENT", "LIST");
  command.route_by(keys.meta);
  return command;
}

}  // namespace watchbill::bullmq
