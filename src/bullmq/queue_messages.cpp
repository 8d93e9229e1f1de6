#include "bullmq/queue_messages.h"

#include <algorithm>
#include <set>

#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/packing.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

// How often a page is looked for more when ids in it have nothing behind them.
constexpr int kBackfills = 5;

void add_states(redis::Command& command, std::span<const JobState> states) {
  for (const auto state : states) command.add(key_part(state));
}

std::optional<std::int64_t> number_in(redis::Value value) {
  if (value.is_nil() || value.text().empty()) return std::nullopt;
  return value.integer();
}

}  // namespace

redis::Command get_job(const Keys& keys, const std::string& job_id) {
  return redis::Command("HGETALL", keys.job(job_id));
}

std::unique_ptr<JobRecord> job_there(const redis::Reply& reply, const std::string& job_id,
                                     OptionsCache& cache) {
  auto record = decode_record(job_id, reply.value(), cache);
  if (record->is_ghost) return nullptr;
  return record;
}

redis::Command job_state(const Keys& keys, const std::string& job_id) {
  static const auto& kGetState = script("getStateV2");
  auto command = with_keys(kGetState, keys.completed, keys.failed, keys.delayed, keys.active, keys.wait,
                           keys.paused, keys.waiting_children, keys.prioritized);
  command.add(job_id);
  return command;
}

std::vector<JobState> without_repetition(std::vector<JobState> states) {
  std::set<JobState> seen;
  std::erase_if(states, [&seen](JobState state) { return !seen.insert(state).second; });
  return states;
}

redis::Command job_counts(const Keys& keys, std::span<const JobState> states,
                          std::optional<base::Timestamp> delayed_before) {
  static const auto& kGetCounts = script("getCounts");
  auto command = with_keys(kGetCounts, keys.base);
  if (delayed_before) command.add(base::to_epoch_ms(*delayed_before));
  add_states(command, states);
  return command;
}

StateCounts counted(const redis::Reply& reply, std::span<const JobState> states) {
  StateCounts counts;
  for (std::size_t at = 0; at < states.size(); ++at)
    counts.emplace_back(states[at], reply.value()[at].integer());
  return counts;
}

redis::Command get_jobs(const Keys& keys, std::span<const JobState> states, const Page& page) {
  static const auto& kGetJobs = script("getJobs");
  auto command = with_keys(kGetJobs, keys.base);
  command.add(page.start).add(page.end).add(page.ascending ? "1" : "0").add(kBackfills);
  add_states(command, states);
  return command;
}

std::vector<std::unique_ptr<JobRecord>> jobs_listed(const redis::Reply& reply, OptionsCache& cache) {
  // Of each state, pairs {id, hash}. A job may move from one to the next while they are read.
  std::vector<std::unique_ptr<JobRecord>> jobs;
  std::set<std::string_view> seen;
  const auto states = reply.value();
  for (std::size_t state = 0; state < states.size(); ++state)
    for (std::size_t at = 0; at < states[state].size(); ++at) {
      const auto entry = states[state][at];
      if (!seen.insert(entry[0].text()).second) continue;
      jobs.push_back(decode_record(std::string(entry[0].text()), entry[1], cache));
    }
  return jobs;
}

redis::Command get_job_ids(const Keys& keys, std::span<const JobState> states, const Page& page) {
  static const auto& kGetRanges = script("getRanges");
  auto command = with_keys(kGetRanges, keys.base);
  command.add(page.start).add(page.end).add(page.ascending ? "1" : "0");
  add_states(command, states);
  return command;
}

std::vector<std::string> ids_listed(const redis::Reply& reply, std::span<const JobState> states,
                                    const Page& page) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (std::size_t state = 0; state < states.size(); ++state) {
    auto part = ids_of(reply.value()[state]);
    // Lists grow at their head: their oldest are at the end of what comes.
    if (page.ascending && is_list(states[state])) std::ranges::reverse(part);
    for (auto& id : part)
      if (seen.insert(id).second) ids.push_back(std::move(id));
  }
  return ids;
}

redis::Command counts_per_priority(const Keys& keys, std::span<const std::uint32_t> priorities) {
  static const auto& kGetCounts = script("getCountsPerPriority");
  auto command = with_keys(kGetCounts, keys.wait, keys.prioritized);
  for (const auto priority : priorities) command.add(priority);
  return command;
}

std::vector<redis::Command> job_logs(const Keys& keys, const std::string& job_id, const Page& page) {
  const auto key = keys.job(job_id) + ":logs";
  std::vector<redis::Command> commands;
  if (page.ascending)
    commands.emplace_back("LRANGE", key, page.start, page.end);
  else
    commands.emplace_back("LRANGE", key, -(page.end + 1), -(page.start + 1));
  commands.emplace_back("LLEN", key);
  return commands;
}

JobLogs logs_read(std::span<const redis::Reply> replies, const Page& page) {
  JobLogs logs{.lines = ids_of(replies[0].value()), .count = replies[1].value().integer()};
  if (!page.ascending) std::ranges::reverse(logs.lines);
  return logs;
}

redis::Command metrics(const Keys& keys, JobState finished, const Page& page) {
  static const auto& kGetMetrics = script("getMetrics");
  const auto key = keys.of("metrics:") + std::string(key_part(finished));
  auto command = with_keys(kGetMetrics, key, key + ":data");
  command.add(page.start).add(page.end);
  return command;
}

Metrics metrics_read(const redis::Reply& reply) {
  // {{count, previous time, previous count}, data, data points}
  const auto answer = reply.value();
  Metrics metrics;
  metrics.count = answer[0][0].integer();
  if (const auto time = number_in(answer[0][1])) metrics.previous_time = base::from_epoch_ms(*time);
  metrics.previous_count = answer[0][2].integer();
  for (std::size_t at = 0; at < answer[1].size(); ++at) metrics.data.push_back(answer[1][at].integer());
  metrics.data_points = answer[2].integer();
  return metrics;
}

QueueMeta meta_read(const redis::Reply& reply) {
  QueueMeta meta;
  const auto hash = reply.value();
  for (std::size_t at = 0; at + 1 < hash.size(); at += 2)
    meta.other.emplace(hash[at].text(), hash[at + 1].text());
  for (const auto* known : {"paused", "concurrency", "max", "duration", "opts.maxLenEvents", "version"})
    meta.other.erase(known);
  meta.paused = hash.field("paused").text() == "1";
  meta.concurrency = number_in(hash.field("concurrency"));
  meta.max_event_length = number_in(hash.field("opts.maxLenEvents"));
  meta.version = hash.field("version").text();
  const auto max = number_in(hash.field("max"));
  const auto duration = number_in(hash.field("duration"));
  if (max && duration) meta.rate_limit = {.max = *max, .duration = base::Millis(*duration)};
  return meta;
}

redis::Command get_children(const Keys& keys, const std::string& parent_id, Children kind, const Page& rest,
                            const ChildrenCursor& from) {
  static const auto& kPaginate = script("paginate");
  // How many portions of a hundred the script looks through at once.
  constexpr int kPortions = 5;
  const auto* part = kind == Children::processed ? ":processed" : ":dependencies";
  auto command = with_keys(kPaginate, keys.job(parent_id) + part);
  command.add(rest.start).add(rest.end).add(from.cursor).add(from.offset).add(kPortions).add("1");
  return command;
}

ChildrenCursor children_read(const redis::Reply& reply, ChildrenPage& page, OptionsCache& cache) {
  // {cursor, offset, keys or pairs {key, value}, total, hashes}
  const auto answer = reply.value();
  for (std::size_t at = 0; at < answer[2].size(); ++at) {
    const auto item = answer[2][at];
    Child child{.key = std::string(item.is_array() ? item[0].text() : item.text())};
    if (item.is_array()) child.value = json_or_nothing(item[1].text());
    const auto id = child.key.substr(child.key.rfind(':') + 1);
    auto job = decode_record(id, answer[4][at], cache);
    if (!job->is_ghost) page.jobs.push_back(std::move(job));
    page.children.push_back(std::move(child));
  }
  page.total = answer[3].integer();
  const auto cursor =
      answer[0].is_integer() ? std::to_string(answer[0].integer()) : std::string(answer[0].text());
  return {.cursor = cursor, .offset = answer[1].integer()};
}

}  // namespace watchbill::bullmq
