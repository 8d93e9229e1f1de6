// What becomes of a job that failed: no I/O.
#pragma once

#include <functional>
#include <optional>

#include "bullmq/job_record.h"

namespace watchbill::bullmq {

// The wait before attempt number `attempts_made` + 1; -1 ms: no further attempt. For backoffs whose type is
// none of the built-in ones.
using BackoffStrategy = std::function<base::Millis(std::int64_t attempts_made, const Backoff& backoff,
                                                   const std::string& error, const JobRecord& job)>;

// `random` is from [0, 1). Throws std::invalid_argument for an unknown type without a strategy.
base::Millis backoff_delay(const Backoff& backoff, std::int64_t attempts_made, double random);

struct Failure {
  std::string reason;
  bool unrecoverable = false;
};

struct RetryPlan {
  bool retry = false;
  base::Millis delay{0};
};

// `max_started_attempts` 0: no bound.
RetryPlan plan_retry(const JobRecord& job, const Failure& failure, std::int64_t max_started_attempts,
                     const BackoffStrategy& strategy, double random);

// What stands in place of a stack trace: the error as Node would print it, without the lines of code.
std::string trace_of(const Failure& failure);

// The stack traces of all attempts with this one's at the end, as JSON text.
std::string extend_stack_trace(const JobRecord& job, const std::string& trace);

}  // namespace watchbill::bullmq
