#include "bullmq/retry_plan.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

using base::Millis;
using ::testing::HasSubstr;

JobRecord job_with(JobOptions options, std::int64_t attempts_made = 0) {
  JobRecord job;
  job.attempts_made = attempts_made;
  job.attempts_started = attempts_made + 1;
  job.options = std::make_shared<const JobOptions>(std::move(options));
  return job;
}

TEST(BackoffDelay, is_fixed_or_doubles) {
  const struct {
    Backoff backoff;
    std::int64_t attempts_made;
    double random;
    int expected_ms;
  } rows[] = {
      {{.type = "fixed", .delay = Millis(1000)}, 1, 0.5, 1000},
      {{.type = "fixed", .delay = Millis(1000)}, 7, 0.5, 1000},
      {{.type = "fixed"}, 1, 0.5, 0},
      {{.type = "exponential", .delay = Millis(1000)}, 1, 0.5, 1000},
      {{.type = "exponential", .delay = Millis(1000)}, 2, 0.5, 2000},
      {{.type = "exponential", .delay = Millis(1000)}, 5, 0.5, 16000},
      {{.type = "exponential", .delay = Millis(0)}, 5000, 0.5, 0},
      {{.type = "fixed", .delay = Millis(1000), .jitter = 0.5}, 1, 0.0, 500},
      {{.type = "fixed", .delay = Millis(1000), .jitter = 0.5}, 1, 0.999, 999},
      {{.type = "exponential", .delay = Millis(1000), .jitter = 1.0}, 3, 0.0, 0},
      {{.type = "exponential", .delay = Millis(1000), .jitter = 1.0}, 3, 0.25, 1000},
      {{.type = "exponential", .delay = Millis(1000), .jitter = 0.0}, 3, 0.0, 4000},
      {{.type = "fixed", .delay = Millis(1000), .jitter = 9.0}, 1, 0.25, 250},
      {{.type = "fixed", .delay = Millis(-1000)}, 1, 0.5, 0},
  };
  for (const auto& row : rows)
    EXPECT_EQ(backoff_delay(row.backoff, row.attempts_made, row.random), Millis(row.expected_ms))
        << row.backoff.type << " attempt " << row.attempts_made << " random " << row.random;
}

TEST(BackoffDelay, of_many_attempts_is_long_and_no_overflow) {
  const Backoff backoff{.type = "exponential", .delay = Millis(1000)};
  EXPECT_EQ(backoff_delay(backoff, 100000, 0.5), Millis(1'000'000'000'000));
}

TEST(BackoffDelay, needs_a_strategy_for_a_type_of_its_own) {
  try {
    backoff_delay({.type = "lunar"}, 1, 0.5);
    FAIL();
  } catch (const std::invalid_argument& e) {
    EXPECT_THAT(e.what(), HasSubstr("lunar"));
  }
}

TEST(RetryPlan, counts_attempts) {
  const struct {
    std::int64_t attempts;
    std::int64_t made;
    bool unrecoverable;
    bool retried;
  } rows[] = {{0, 0, false, false}, {1, 0, false, false}, {2, 0, false, true},
              {2, 1, false, false}, {3, 1, false, true},  {3, 0, true, false}};
  for (const auto& row : rows) {
    const auto plan = plan_retry(job_with({.attempts = row.attempts}, row.made),
                                 {.reason = "no", .unrecoverable = row.unrecoverable}, 0, {}, 0.5);
    EXPECT_EQ(plan.retry, row.retried) << row.made << " of " << row.attempts;
    EXPECT_EQ(plan.delay, Millis(0));
  }
}

TEST(RetryPlan, ends_with_the_starts_that_are_allowed) {
  const auto job = job_with({.attempts = 10}, 2);  // started three times
  EXPECT_TRUE(plan_retry(job, {.reason = "no"}, 4, {}, 0.5).retry);
  EXPECT_FALSE(plan_retry(job, {.reason = "no"}, 3, {}, 0.5).retry);
}

TEST(RetryPlan, waits_as_the_backoff_says) {
  const auto job = job_with({.attempts = 5, .backoff = Backoff{"exponential", Millis(100)}}, 2);
  EXPECT_EQ(plan_retry(job, {.reason = "no"}, 0, {}, 0.5).delay, Millis(400));
}

TEST(RetryPlan, asks_the_strategy_about_types_of_its_own) {
  const auto job = job_with({.attempts = 5, .backoff = Backoff{"lunar", Millis(7)}}, 1);
  const auto strategy = [](std::int64_t attempts_made, const Backoff& backoff, const std::string& error,
                           const JobRecord&) {
    EXPECT_EQ(attempts_made, 2);
    EXPECT_EQ(backoff.type, "lunar");
    return error == "hopeless" ? Millis(-1) : Millis(28);
  };
  EXPECT_EQ(plan_retry(job, {.reason = "no"}, 0, strategy, 0.5).delay, Millis(28));
  EXPECT_FALSE(plan_retry(job, {.reason = "hopeless"}, 0, strategy, 0.5).retry);
}

TEST(RetryPlan, does_not_ask_the_strategy_about_built_in_types) {
  const auto job = job_with({.attempts = 5, .backoff = Backoff{"fixed", Millis(7)}});
  const auto strategy = [](std::int64_t, const Backoff&, const std::string&, const JobRecord&) {
    return Millis(28);
  };
  EXPECT_EQ(plan_retry(job, {.reason = "no"}, 0, strategy, 0.5).delay, Millis(7));
}

TEST(StackTraces, begin_with_the_name_that_node_gives_the_error) {
  EXPECT_EQ(trace_of({.reason = "no route"}), "Error: no route");
  EXPECT_EQ(trace_of({.reason = "gone", .unrecoverable = true}), "UnrecoverableError: gone");
}

TEST(StackTraces, of_the_last_attempts_are_kept) {
  const struct {
    const char* before;
    std::optional<std::int64_t> limit;
    const char* after;
  } rows[] = {
      {"", {}, R"(["new"])"},
      {"[]", {}, R"(["new"])"},
      {R"(["old"])", {}, R"(["old","new"])"},
      {"not JSON", {}, R"(["new"])"},
      {R"({"a":1})", {}, R"(["new"])"},
      {R"(["a","b"])", 2, R"(["b","new"])"},
      {R"(["a","b"])", 1, R"(["new"])"},
      {R"(["a"])", 0, "[]"},
  };
  for (const auto& row : rows) {
    auto job = job_with({.stack_trace_limit = row.limit});
    job.stack_trace = row.before;
    EXPECT_EQ(extend_stack_trace(job, "new"), row.after) << row.before;
  }
}

}  // namespace
}  // namespace watchbill::bullmq
