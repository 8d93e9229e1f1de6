// What Queue says to the server and what comes back, as named types; see messages.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bullmq/job_record.h"
#include "bullmq/job_state.h"
#include "bullmq/keys.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

// --- Looking (queue_messages.cpp)
// -----------------------------------------------------------------------------------------------

// A part of a list: both ends belong to it; negative ones count from its end, -1 is the last.
struct Page {
  std::int64_t start = 0;
  std::int64_t end = -1;
  // Of lists of jobs: those first that come first (next to run, finished first); otherwise the newest.
  bool ascending = false;
};

using StateCounts = std::vector<std::pair<JobState, std::int64_t>>;

redis::Command get_job(const Keys& keys, const std::string& job_id);
// What was never a job is none: nothing there, or a hash without a name.
std::unique_ptr<JobRecord> job_there(const redis::Reply& reply, const std::string& job_id,
                                     OptionsCache& cache);

redis::Command job_state(const Keys& keys, const std::string& job_id);

// Each state once.
std::vector<JobState> without_repetition(std::vector<JobState> states);

// `delayed_before`: of the delayed jobs only those that are due before.
redis::Command job_counts(const Keys& keys, std::span<const JobState> states,
                          std::optional<base::Timestamp> delayed_before = {});
StateCounts counted(const redis::Reply& reply, std::span<const JobState> states);

// Ids in a list and nothing behind them are left out; up to four times as many as the page has are looked at
// for others in their place.
redis::Command get_jobs(const Keys& keys, std::span<const JobState> states, const Page& page);
std::vector<std::unique_ptr<JobRecord>> jobs_listed(const redis::Reply& reply, OptionsCache& cache);
redis::Command get_job_ids(const Keys& keys, std::span<const JobState> states, const Page& page);
std::vector<std::string> ids_listed(const redis::Reply& reply, std::span<const JobState> states,
                                    const Page& page);

redis::Command counts_per_priority(const Keys& keys, std::span<const std::uint32_t> priorities);

// Lines of a job's log.
struct JobLogs {
  std::vector<std::string> lines;
  std::int64_t count = 0;  // of all lines
};

std::vector<redis::Command> job_logs(const Keys& keys, const std::string& job_id, const Page& page);
JobLogs logs_read(std::span<const redis::Reply> replies, const Page& page);

// Finished jobs per minute, as workers with max_metrics_data_points count them.
struct Metrics {
  std::int64_t count = 0;                          // in all
  std::optional<base::Timestamp> previous_time{};  // of the last data point
  std::int64_t previous_count = 0;                 // at that time
  std::vector<std::int64_t> data;                  // of one minute each, the newest first
  std::int64_t data_points = 0;                    // there are
};

// `finished` is completed or failed.
redis::Command metrics(const Keys& keys, JobState finished, const Page& page);
Metrics metrics_read(const redis::Reply& reply);

struct GlobalRateLimit {
  std::int64_t max = 0;  // jobs in each `duration`
  base::Millis duration{0};

  bool operator==(const GlobalRateLimit&) const = default;
};

// What holds for a queue, whoever works on it.
struct QueueMeta {
  bool paused = false;
  std::optional<std::int64_t> concurrency{};
  std::optional<GlobalRateLimit> rate_limit{};
  std::optional<std::int64_t> max_event_length{};
  std::string version;                       // "bullmq:6.7.0": who wrote last
  std::map<std::string, std::string> other;  // fields that are none of these
};

QueueMeta meta_read(const redis::Reply& reply);

// Children of a job, a page at a time; see Queue::children.
enum class Children { processed, pending };

struct Child {
  std::string key;              // "<prefix>:<queue>:<id>"
  std::optional<Json> value{};  // processed: what it returned; nothing when that is not JSON
};

struct ChildrenPage {
  std::vector<Child> children;
  std::vector<std::unique_ptr<JobRecord>> jobs;  // those that are still there, in the same order
  std::int64_t total = 0;                        // of all pages
};

struct ChildrenCursor {
  std::string cursor = "0";
  std::int64_t offset = 0;
};

redis::Command get_children(const Keys& keys, const std::string& parent_id, Children kind, const Page& rest,
                            const ChildrenCursor& from);
// Appends to `page`; where to go on.
ChildrenCursor children_read(const redis::Reply& reply, ChildrenPage& page, OptionsCache& cache);

// --- Maintenance (maintenance_messages.cpp)
// -------------------------------------------------------------------------------------

redis::Command pause_queue(const Keys& keys);
// One slice of what a queue of BullMQ 5 left in its list of paused jobs. Reply: how many are left there.
redis::Command resume_queue(const Keys& keys, bool emit_event);
redis::Command drain(const Keys& keys, bool delayed);

// Reply: the ids of the removed jobs. `limit` 0: all.
redis::Command clean(const Keys& keys, JobState state, base::Timestamp before, std::int64_t limit);

// Reply: 1 when there is more.
redis::Command obliterate(const Keys& keys, std::int64_t count, bool force);
// Throws Refused. Whether there is more.
bool more_to_obliterate(const redis::Reply& reply);

// From failed, completed or delayed. Reply: 1 when there may be more. `until` absent: whatever their time.
redis::Command move_jobs_to_wait(const Keys& keys, JobState from, std::int64_t count,
                                 std::optional<base::Timestamp> until);
redis::Command remove_job(const Keys& keys, const std::string& job_id, bool remove_children);

// All keys of the queue, a portion at a time.
redis::Command scan_keys(const Keys& keys, std::string_view cursor, std::int64_t count);
// Ids of the jobs that `scanned` keys may belong to, each once.
std::vector<std::string> job_ids_among(const Keys& keys, redis::Value scanned);
// Removes those of `job_ids` that are in no state. Reply: how many.
redis::Command remove_orphaned_jobs(const Keys& keys, std::span<const std::string> job_ids);

redis::Command rate_limit(const Keys& keys, base::Millis time);
redis::Command is_maxed(const Keys& keys);
redis::Command client_list(const Keys& keys);

}  // namespace watchbill::bullmq
