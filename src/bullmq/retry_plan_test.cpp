#include "bullmq/retry_plan.h"

#include <gtest/gtest.h>

namespace watchbill::bullmq {
namespace {

JobRecord job_with(JobOptions options, std::int64_t attempts_made = 0) {
  JobRecord job;
  job.options = std::make_shared<const JobOptions>(std::move(options));
  job.attempts_made = attempts_made;
  return job;
}

RetryPlan plan(const JobRecord& job, const Failure& failure = {.reason = "no"}) {
  return plan_retry(job, failure, 0, {}, 0.5);
}

TEST(RetryPlan, TriesAgainWhileAttemptsAreLeft) {
  EXPECT_FALSE(plan(job_with({})).retry);
  EXPECT_TRUE(plan(job_with({.attempts = 3}, 1)).retry);
  EXPECT_FALSE(plan(job_with({.attempts = 3}, 2)).retry);
}

TEST(RetryPlan, DoublesAnExponentialBackoff) {
  const JobOptions options{.attempts = 9,
                           .backoff = Backoff{.type = "exponential", .delay = base::Millis(100)}};
  EXPECT_EQ(plan(job_with(options, 0)).delay, base::Millis(100));
  EXPECT_EQ(plan(job_with(options, 3)).delay, base::Millis(800));
}

TEST(RetryPlan, DoesNotTryAgainWhatCannotSucceed) {
  EXPECT_FALSE(plan(job_with({.attempts = 3}), {.reason = "gone", .unrecoverable = true}).retry);
}

TEST(StackTrace, BeginsWithTheNameThatNodeGivesTheError) {
  EXPECT_EQ(trace_of({.reason = "no route"}), "Error: no route");
  EXPECT_EQ(trace_of({.reason = "gone", .unrecoverable = true}), "UnrecoverableError: gone");
}

TEST(StackTrace, KeepsTheLastOnes) {
  auto job = job_with({.stack_trace_limit = 2});
  job.stack_trace = R"(["one","two"])";
  EXPECT_EQ(extend_stack_trace(job, "three"), R"(["two","three"])");
}

}  // namespace
}  // namespace watchbill::bullmq
