#include "bullmq/job_messages.h"

#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/packing.h"
#include "bullmq/scripts.h"

namespace watchbill::bullmq {

namespace {

std::map<std::string, std::string> texts_of(redis::Value hash) {
  std::map<std::string, std::string> texts;
  for (std::size_t at = 0; at + 1 < hash.size(); at += 2) texts.emplace(hash[at].text(), hash[at + 1].text());
  return texts;
}

std::map<std::string, Json> values_of(redis::Value hash) {
  std::map<std::string, Json> values;
  for (const auto& [key, text] : texts_of(hash)) values.emplace(key, Json::parse(text));
  return values;
}

}  // namespace

redis::Command update_progress(const Keys& keys, const std::string& job_id, std::string_view progress) {
  static const auto& kUpdateProgress = script("updateProgress");
  auto command = with_keys(kUpdateProgress, keys.job(job_id), keys.events, keys.meta);
  command.add(job_id).add(progress);
  return command;
}

redis::Command update_data(const Keys& keys, const std::string& job_id, std::string_view data) {
  static const auto& kUpdateData = script("updateData");
  auto command = with_keys(kUpdateData, keys.job(job_id));
  command.add(data);
  return command;
}

redis::Command add_log(const Keys& keys, const std::string& job_id, std::string_view line,
                       std::int64_t keep) {
  static const auto& kAddLog = script("addLog");
  const auto key = keys.job(job_id);
  auto command = with_keys(kAddLog, key, key + ":logs");
  command.add(job_id).add(line);
  if (keep > 0)
    command.add(keep);
  else
    command.add("");
  return command;
}

redis::Command clear_logs(const Keys& keys, const std::string& job_id, std::int64_t keep) {
  const auto key = keys.job(job_id) + ":logs";
  if (keep > 0) return redis::Command("LTRIM", key, -keep, -1);
  return redis::Command("DEL", key);
}

std::vector<redis::Command> find_in_state(const Keys& keys, const std::string& job_id, JobState state) {
  std::vector<redis::Command> commands;
  const auto* find = is_list(state) ? "LPOS" : "ZSCORE";
  commands.emplace_back(find, keys.of(key_part(state)), job_id);
  if (state == JobState::waiting) commands.emplace_back(find, keys.paused, job_id);
  return commands;
}

bool was_found(std::span<const redis::Reply> replies) {
  for (const auto& reply : replies)
    if (!reply.value().is_nil()) return true;
  return false;
}

redis::Command reprocess_job(const Keys& keys, const std::string& job_id, JobState from, bool lifo,
                             Reset reset) {
  static const auto& kReprocess = script("reprocessJob");
  auto command = with_keys(kReprocess, keys.job(job_id), keys.events, keys.of(key_part(from)), keys.wait,
                           keys.meta, keys.active, keys.marker, keys.prioritized, keys.priority_counter);
  command.add(job_id)
      .add(lifo ? "RPUSH" : "LPUSH")
      .add(from == JobState::failed ? "failedReason" : "returnvalue")
      .add(key_part(from))
      .add(reset.attempts_made ? "1" : "0")
      .add(reset.attempts_started ? "1" : "0");
  return command;
}

redis::Command promote_job(const Keys& keys, const std::string& job_id) {
  static const auto& kPromote = script("promote");
  auto command = with_keys(kPromote, keys.delayed, keys.wait, keys.paused, keys.meta, keys.prioritized,
                           keys.active, keys.priority_counter, keys.events, keys.marker);
  command.add(keys.base).add(job_id);
  return command;
}

redis::Command change_delay(const Keys& keys, const std::string& job_id, base::Millis delay,
                            base::Timestamp now) {
  static const auto& kChangeDelay = script("changeDelay");
  auto command = with_keys(kChangeDelay, keys.delayed, keys.meta, keys.marker, keys.events);
  command.add(delay.count()).add(base::to_epoch_ms(now)).add(job_id).add(keys.job(job_id));
  return command;
}

redis::Command change_priority(const Keys& keys, const std::string& job_id, std::uint32_t priority,
                               bool lifo) {
  static const auto& kChangePriority = script("changePriority");
  auto command = with_keys(kChangePriority, keys.wait, keys.paused, keys.meta, keys.prioritized, keys.active,
                           keys.priority_counter, keys.marker);
  command.add(priority).add(keys.base).add(job_id).add(lifo ? "1" : "0");
  return command;
}

redis::Command release_deduplication(const Keys& keys, const std::string& deduplication_id,
                                     const std::string& job_id) {
  static const auto& kRemove = script("removeDeduplicationKey");
  auto command = with_keys(kRemove, keys.deduplication + ":" + deduplication_id);
  command.add(job_id);
  return command;
}

redis::Command is_finished(const Keys& keys, const std::string& job_id) {
  static const auto& kIsFinished = script("isFinished");
  auto command = with_keys(kIsFinished, keys.completed, keys.failed, keys.job(job_id));
  command.add(job_id).add("1");
  return command;
}

std::optional<FinishedJob> finish_told(const redis::Reply& reply, const std::string& job_id) {
  // {-1 missing, 0 not yet, 1 completed or 2 failed; return value or reason}
  const auto answer = reply.value();
  const auto told = answer[0].integer();
  if (told < 0) throw Refused(Refusal::missing_job, job_id, "waiting for the end");
  if (told == 0) return std::nullopt;
  FinishedJob finished;
  if (told == 1) {
    finished.return_value = json_or_nothing(answer[1].text());
  } else {
    finished.state = JobState::failed;
    finished.failed_reason = answer[1].text();
  }
  return finished;
}

std::vector<redis::Command> get_dependencies(const Keys& keys, const std::string& job_id) {
  const auto key = keys.job(job_id);
  std::vector<redis::Command> commands;
  commands.emplace_back("HGETALL", key + ":processed");
  commands.emplace_back("SMEMBERS", key + ":dependencies");
  commands.emplace_back("HGETALL", key + ":failed");
  commands.emplace_back("ZRANGE", key + ":unsuccessful", 0, -1);
  return commands;
}

Dependencies dependencies_read(std::span<const redis::Reply> replies) {
  return {.processed = values_of(replies[0].value()),
          .unprocessed = ids_of(replies[1].value()),
          .ignored = texts_of(replies[2].value()),
          .failed = ids_of(replies[3].value())};
}

std::vector<redis::Command> get_dependencies(const Keys& keys, const std::string& job_id,
                                             const DependencyPortions& portions) {
  const auto key = keys.job(job_id);
  std::vector<redis::Command> commands;
  const auto scan = [&commands](const char* how, const std::string& what, const PortionCursor& from) {
    commands.emplace_back(how, what, from.cursor, "COUNT", from.count);
  };
  if (portions.processed) scan("HSCAN", key + ":processed", *portions.processed);
  if (portions.unprocessed) scan("SSCAN", key + ":dependencies", *portions.unprocessed);
  if (portions.ignored) scan("HSCAN", key + ":failed", *portions.ignored);
  if (const auto& from = portions.failed) {
    const auto first = static_cast<std::int64_t>(from->cursor);
    commands.emplace_back("ZRANGE", key + ":unsuccessful", first, first + from->count - 1);
  }
  return commands;
}

Dependencies dependencies_read(std::span<const redis::Reply> replies, DependencyPortions& portions) {
  Dependencies read;
  std::size_t at = 0;
  const auto next = [&](PortionCursor& cursor) {
    const auto answer = replies[at++].value();
    cursor.cursor = static_cast<std::uint64_t>(std::stoull(std::string(answer[0].text())));
    return answer[1];
  };
  if (portions.processed) read.processed = values_of(next(*portions.processed));
  if (portions.unprocessed) read.unprocessed = ids_of(next(*portions.unprocessed));
  if (portions.ignored) read.ignored = texts_of(next(*portions.ignored));
  if (auto& from = portions.failed) {
    read.failed = ids_of(replies[at].value());
    const bool was_last = static_cast<std::int64_t>(read.failed.size()) < from->count;
    from->cursor = was_last ? 0 : from->cursor + read.failed.size();
  }
  return read;
}

redis::Command dependency_counts(const Keys& keys, const std::string& job_id) {
  static const auto& kGetCounts = script("getDependencyCounts");
  const auto key = keys.job(job_id);
  auto command = with_keys(kGetCounts, key + ":processed", key + ":dependencies", key + ":failed",
                           key + ":unsuccessful");
  command.add("processed").add("unprocessed").add("ignored").add("failed");
  return command;
}

DependencyCounts dependency_counts_read(const redis::Reply& reply) {
  const auto counts = reply.value();
  return {.processed = counts[0].integer(),
          .unprocessed = counts[1].integer(),
          .ignored = counts[2].integer(),
          .failed = counts[3].integer()};
}

redis::Command get_children_values(const Keys& keys, const std::string& job_id) {
  return redis::Command("HGETALL", keys.job(job_id) + ":processed");
}

std::map<std::string, Json> children_values_read(const redis::Reply& reply) {
  return values_of(reply.value());
}

redis::Command get_ignored_failures(const Keys& keys, const std::string& job_id) {
  return redis::Command("HGETALL", keys.job(job_id) + ":failed");
}

std::map<std::string, std::string> ignored_failures_read(const redis::Reply& reply) {
  return texts_of(reply.value());
}

redis::Command remove_child_dependency(const Keys& keys, const std::string& job_id,
                                       const std::string& parent_key) {
  static const auto& kRemove = script("removeChildDependency");
  auto command = with_keys(kRemove, keys.base);
  command.add(keys.job(job_id)).add(parent_key);
  return command;
}

redis::Command remove_unprocessed_children(const Keys& keys, const std::string& job_id) {
  static const auto& kRemove = script("removeUnprocessedChildren");
  auto command = with_keys(kRemove, keys.job(job_id), keys.meta);
  command.add(keys.base).add(job_id);
  return command;
}

}  // namespace watchbill::bullmq
