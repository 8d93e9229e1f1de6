// What can be asked of a job when it is added. Names and meaning: https://docs.bullmq.io (JobsOptions).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "bullmq/json.h"

namespace watchbill::bullmq {

// The wait before an attempt is repeated.
struct Backoff {
  std::string type = "fixed";  // "fixed", "exponential" (doubling), or the name of a strategy of the worker
  std::optional<base::Millis> delay{};
  std::optional<double> jitter{};  // 0..1: the part of the delay that is chosen at random

  bool operator==(const Backoff&) const = default;
};

// Which finished jobs are kept: both bounds hold.
struct KeepJobs {
  std::optional<std::chrono::seconds> age{};  // older ones are removed
  std::optional<std::int64_t> count{};        // beyond that many, the oldest are removed
  std::optional<std::int64_t> limit{};        // at most that many are removed at once; 1000 when not said

  bool operator==(const KeepJobs&) const = default;
};

// true: remove at once; false: keep for ever; a number: keep that many.
using Retention = std::variant<bool, std::int64_t, KeepJobs>;

// While a job with the same id is there, another is not added:
// https://docs.bullmq.io/guide/jobs/deduplication.
struct Deduplication {
  std::string id;
  std::optional<base::Millis> ttl{};  // for that long only
  std::optional<bool> extend{};       // each attempt to add begins the ttl anew
  std::optional<bool> replace{};      // the newer job takes the place of a delayed one
  std::optional<bool> reschedule{};
  std::optional<bool> keep_last_if_active{};  // of those added while one is active, the last runs after it

  bool operator==(const Deduplication&) const = default;
};

// The job that waits for this one: in a flow.
struct Parent {
  std::string id;
  std::string queue;  // qualified: "<prefix>:<queue>"

  bool operator==(const Parent&) const = default;
};

// How a job scheduler repeats: either `every` or `pattern`.
struct RepeatOptions {
  std::optional<base::Millis> every{};
  std::string pattern;    // cron, 5 or 6 fields
  std::string time_zone;  // of the pattern; empty: the machine's
  std::optional<base::Timestamp> start_date{};
  std::optional<base::Timestamp> end_date{};
  std::optional<std::int64_t> limit{};   // that many jobs in all
  std::optional<std::int64_t> count{};   // how many there were
  std::optional<std::int64_t> offset{};  // of `every`, milliseconds
  bool immediately = false;              // the first job now, then by the pattern

  bool operator==(const RepeatOptions&) const = default;
};

constexpr std::uint32_t kMaxPriority = (1u << 21) - 1;

struct JobOptions {
  std::string job_id;                          // empty: a number is given
  std::optional<base::Timestamp> timestamp{};  // when it was made; empty: now
  std::int64_t attempts = 0;                   // tries in all; 0 and 1 mean the same
  std::optional<Backoff> backoff{};            // between tries; empty: at once
  std::optional<base::Millis> delay{};         // before it may start
  std::uint32_t priority = 0;                  // 1 is the most urgent; 0: none, before all that have one
  bool lifo = false;                           // to the front of the queue
  std::optional<Retention> remove_on_complete{};
  std::optional<Retention> remove_on_fail{};
  std::optional<std::int64_t> keep_logs{};
  std::optional<std::int64_t> stack_trace_limit{};
  std::optional<std::int64_t> size_limit{};  // bytes of data
  std::optional<Deduplication> deduplication{};
  std::optional<Parent> parent{};
  bool fail_parent_on_failure = false;
  bool continue_parent_on_failure = false;
  bool ignore_dependency_on_failure = false;
  bool remove_dependency_on_failure = false;
  std::string telemetry_metadata;         // carried along, for tracing
  std::optional<RepeatOptions> repeat{};  // of jobs that a scheduler made
  std::optional<std::int64_t> prev_millis{};
  std::string repeat_job_key;  // id of that scheduler

  bool operator==(const JobOptions&) const = default;
};

// As Redis stores them (short names, unset ones left out, the id last), for MessagePack.
Json encode_options(const JobOptions& options);
// From the job's hash. What is of the wrong type is taken as not set. Throws Json::exception for what is not
// an object.
JobOptions decode_options(std::string_view text);

// Throws std::invalid_argument with one line that names the option, as the Node library would refuse them.
void validate(const JobOptions& options, std::string_view job_name, std::size_t data_size);

}  // namespace watchbill::bullmq
