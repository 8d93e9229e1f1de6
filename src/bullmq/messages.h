// What goes to BullMQ's scripts and what comes back, as named types: the only place that knows the order of
// their keys and arguments. The scripts document them at their head; MessagePack where they say so.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bullmq/job_options.h"
#include "bullmq/job_record.h"
#include "bullmq/keys.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

// --- Adding
// ---------------------------------------------------------------------------------------------------------

struct NewJob {
  std::string name;
  std::string data = "{}";  // JSON text
  JobOptions options{};
};

// How a job of a flow hangs in its tree.
struct FlowLink {
  std::string id;  // given by the flow when the options have none
  bool waits_for_children = false;
  bool defers_parent_release = false;  // the parent is released when the whole flow is in
};

// The last options, packed: jobs of one batch mostly have the same, but for the id.
struct PackedOptions {
  JobOptions options;
  std::string bytes;  // up to the id, if there is one; empty: nothing packed yet
};

redis::Command add_job(const Keys& keys, const NewJob& job, base::Timestamp now, PackedOptions& cache,
                       const FlowLink& link = {});
redis::Command release_parent(const Parent& parent, base::Timestamp now);
// The id of the added (or of the present, deduplicated) job. Throws Refused.
std::string added_id(const redis::Reply& reply, const NewJob& job);

// --- Fetching and settling
// ------------------------------------------------------------------------------------------

// At most `max` jobs start in each `duration`.
struct Limiter {
  std::int64_t max = 1;
  base::Millis duration{1000};
};

// What a worker asks for when it takes a job.
struct FetchTerms {
  std::string token;  // of the lock; never "0", which the scripts take for "no lock"
  base::Millis lock_duration{30000};
  std::optional<Limiter> limiter;
  std::string worker_name;
};

struct Fetched {
  std::unique_ptr<JobRecord> job;               // none: nothing to run
  base::Millis rate_limited{0};                 // nothing starts for that long
  std::optional<base::Timestamp> next_delayed;  // when the first delayed job is due
};

redis::Command move_to_active(const Keys& keys, base::Timestamp now, const FetchTerms& terms);
Fetched fetched(const redis::Reply& reply, OptionsCache& cache);

enum class FinishedAs { completed, failed };

struct Finish {
  FinishedAs as = FinishedAs::completed;
  std::string value;  // completed: JSON text; failed: the reason
  Retention keep = false;
  bool fetch_next = true;
  std::int64_t max_metrics = 0;  // data points of one minute each; 0: none are collected
  std::string stack_trace;       // failed: JSON text
};

// The MessagePack of a finish that is the same for most jobs of a slot.
struct PackedFinish {
  std::shared_ptr<const JobOptions> options;
  FinishedAs as = FinishedAs::completed;
  std::string bytes;
};

redis::Command move_to_finished(const Keys& keys, const JobRecord& job, const Finish& finish,
                                base::Timestamp now, const FetchTerms& terms, PackedFinish& cache);
// Throws Refused.
Fetched finished(const redis::Reply& reply, const std::string& job_id, OptionsCache& cache);

struct Delaying {
  base::Millis delay{0};
  bool skip_attempt = false;  // not counted as one
  bool fetch_next = false;
  std::optional<std::string> failed_reason;
  std::string stack_trace;
};

redis::Command move_to_delayed(const Keys& keys, const std::string& job_id, const Delaying& delaying,
                               base::Timestamp now, const FetchTerms& terms);
redis::Command retry_job(const Keys& keys, const std::string& job_id, bool lifo, base::Timestamp now,
                         std::string_view token, const std::optional<std::string>& failed_reason,
                         std::string_view stack_trace);
redis::Command move_active_to_wait(const Keys& keys, const std::string& job_id, std::string_view token);
redis::Command move_to_waiting_children(const Keys& keys, const std::string& job_id, std::string_view token,
                                        base::Timestamp now);
redis::Command extend_lock(const Keys& keys, const std::string& job_id, std::string_view token,
                           base::Millis duration);
// Reply: the ids whose lock was lost.
redis::Command extend_locks(const Keys& keys, std::span<const std::string> ids,
                            std::span<const std::string> tokens, base::Millis duration);
// Reply: the ids that had stalled.
redis::Command move_stalled_to_wait(const Keys& keys, int max_stalled_count, base::Millis interval,
                                    base::Timestamp now);
redis::Command rate_limit_ttl(const Keys& keys, std::int64_t max);

// Of a delayed job's marker; nothing for 0, which says that a job is there.
std::optional<base::Timestamp> time_of_score(redis::Value score);
std::vector<std::string> ids_of(redis::Value list);
// For scripts that answer with a number: throws Refused for a negative one, returns it otherwise.
std::int64_t accepted(const redis::Reply& reply, const std::string& job_id, const char* what);

}  // namespace watchbill::bullmq
