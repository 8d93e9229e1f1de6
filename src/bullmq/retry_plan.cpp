#include "bullmq/retry_plan.h"

#include <cmath>
#include <stdexcept>

namespace watchbill::bullmq {

namespace {

constexpr double kLongestDelay = 1e12;  // ms; 31 years

bool is_built_in(const std::string& type) { return type == "fixed" || type == "exponential"; }

}  // namespace

base::Millis backoff_delay(const Backoff& backoff, std::int64_t attempts_made, double random) {
  if (!is_built_in(backoff.type))
    throw std::invalid_argument("unknown backoff \"" + backoff.type +
                                "\" and the worker has no strategy for it");
  const auto delay = static_cast<double>(backoff.delay.value_or(base::Millis(0)).count());
  if (delay <= 0) return base::Millis(0);
  const auto factor =
      backoff.type == "exponential" ? std::pow(2.0, static_cast<double>(attempts_made - 1)) : 1.0;
  const auto most = std::min(kLongestDelay, std::round(delay * factor));
  const auto jitter = std::min(1.0, backoff.jitter.value_or(0));
  if (!(jitter > 0)) return base::Millis(static_cast<std::int64_t>(most));
  return base::Millis(static_cast<std::int64_t>(std::floor(random * most * jitter + most * (1 - jitter))));
}

RetryPlan plan_retry(const JobRecord& job, const Failure& failure, std::int64_t max_started_attempts,
                     const BackoffStrategy& strategy, double random) {
  const auto& options = *job.options;
  const bool started_too_often = max_started_attempts > 0 && max_started_attempts <= job.attempts_started;
  if (failure.unrecoverable || started_too_often || job.attempts_made + 1 >= options.attempts) return {};
  if (!options.backoff) return {.retry = true};
  const auto attempts_made = job.attempts_made + 1;
  const auto delay = strategy && !is_built_in(options.backoff->type)
                         ? strategy(attempts_made, *options.backoff, failure.reason, job)
                         : backoff_delay(*options.backoff, attempts_made, random);
  if (delay == base::Millis(-1)) return {};
  return {.retry = true, .delay = delay};
}

std::string trace_of(const Failure& failure) {
  return (failure.unrecoverable ? "UnrecoverableError: " : "Error: ") + failure.reason;
}

std::string extend_stack_trace(const JobRecord& job, const std::string& trace) {
  auto traces = Json::parse(job.stack_trace, nullptr, false);
  if (!traces.is_array()) traces = Json::array();
  traces.push_back(trace);
  if (const auto limit = job.options->stack_trace_limit) {
    const auto excess = static_cast<std::int64_t>(traces.size()) - std::max<std::int64_t>(0, *limit);
    if (excess > 0) traces.erase(traces.begin(), traces.begin() + excess);
  }
  return to_text(traces);
}

}  // namespace watchbill::bullmq
