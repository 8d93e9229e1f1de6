// What Job says to the server and what comes back, as named types; see messages.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bullmq/job_record.h"
#include "bullmq/job_state.h"
#include "bullmq/keys.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

redis::Command update_progress(const Keys& keys, const std::string& job_id, std::string_view progress);
redis::Command update_data(const Keys& keys, const std::string& job_id, std::string_view data);
// Reply: the number of lines. `keep` 0: all lines are kept.
redis::Command add_log(const Keys& keys, const std::string& job_id, std::string_view line, std::int64_t keep);
redis::Command clear_logs(const Keys& keys, const std::string& job_id, std::int64_t keep);

// One command, or two of which either finds it.
std::vector<redis::Command> find_in_state(const Keys& keys, const std::string& job_id, JobState state);
bool was_found(std::span<const redis::Reply> replies);

struct Reset {
  bool attempts_made = false;
  bool attempts_started = false;
};

// `from` is failed or completed. Reply: 1.
redis::Command reprocess_job(const Keys& keys, const std::string& job_id, JobState from, bool lifo,
                             Reset reset);
redis::Command promote_job(const Keys& keys, const std::string& job_id);
redis::Command change_delay(const Keys& keys, const std::string& job_id, base::Millis delay,
                            base::Timestamp now);
redis::Command change_priority(const Keys& keys, const std::string& job_id, std::uint32_t priority,
                               bool lifo);
// Reply: 1 when the job was still the one that keeps others away.
redis::Command release_deduplication(const Keys& keys, const std::string& deduplication_id,
                                     const std::string& job_id);

// How a job ended.
struct FinishedJob {
  JobState state = JobState::completed;  // or failed
  std::optional<Json> return_value{};    // completed; nothing when that is not JSON
  std::string failed_reason;             // failed
};

redis::Command is_finished(const Keys& keys, const std::string& job_id);
// Nothing: not yet. Throws Refused when there is no such job.
std::optional<FinishedJob> finish_told(const redis::Reply& reply, const std::string& job_id);

// --- Children of a flow
// ---------------------------------------------------------------------------------------------------------

// By the children's keys, "<prefix>:<queue>:<id>".
struct Dependencies {
  std::map<std::string, Json> processed;  // and what they returned
  std::vector<std::string> unprocessed;
  std::map<std::string, std::string> ignored;  // failed, which is ignored; and why
  std::vector<std::string> failed;
};

struct DependencyCounts {
  std::int64_t processed = 0;
  std::int64_t unprocessed = 0;
  std::int64_t ignored = 0;
  std::int64_t failed = 0;

  bool operator==(const DependencyCounts&) const = default;
};

// Where a reading by portions goes on.
struct PortionCursor {
  std::uint64_t cursor = 0;
  std::int64_t count = 20;  // about as many at a time
};

// What is to be read by portions; at the end of a kind its cursor is 0.
struct DependencyPortions {
  std::optional<PortionCursor> processed{};
  std::optional<PortionCursor> unprocessed{};
  std::optional<PortionCursor> ignored{};
  std::optional<PortionCursor> failed{};
};

std::vector<redis::Command> get_dependencies(const Keys& keys, const std::string& job_id);
// Throws Json::exception for a child's value that is not JSON.
Dependencies dependencies_read(std::span<const redis::Reply> replies);

std::vector<redis::Command> get_dependencies(const Keys& keys, const std::string& job_id,
                                             const DependencyPortions& portions);
// Sets the cursors of `portions` to where to go on.
Dependencies dependencies_read(std::span<const redis::Reply> replies, DependencyPortions& portions);

redis::Command dependency_counts(const Keys& keys, const std::string& job_id);
DependencyCounts dependency_counts_read(const redis::Reply& reply);

redis::Command get_children_values(const Keys& keys, const std::string& job_id);
std::map<std::string, Json> children_values_read(const redis::Reply& reply);
redis::Command get_ignored_failures(const Keys& keys, const std::string& job_id);
std::map<std::string, std::string> ignored_failures_read(const redis::Reply& reply);

// Reply: 0 when it was one, 1 when not.
redis::Command remove_child_dependency(const Keys& keys, const std::string& job_id,
                                       const std::string& parent_key);
redis::Command remove_unprocessed_children(const Keys& keys, const std::string& job_id);

}  // namespace watchbill::bullmq
