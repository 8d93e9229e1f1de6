#include "bullmq/repeat_plan.h"

#include <gmock/gmock.h>

#include <stdexcept>

#include "bullmq/default_options.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using base::Timestamp;
using ::testing::HasSubstr;

Timestamp at(const char* text) { return base::parse_iso8601(text).value(); }

const Timestamp kNow = at("2026-03-01T10:00:00.500Z");

std::optional<Iteration> plan(const RepeatOptions& repeat, std::optional<Timestamp> previous = {},
                              const RepeatStrategy& strategy = {}) {
  return plan_iteration(repeat, "job", previous, kNow, strategy);
}

TEST(RepeatPlanTest, refuses_schedules_that_mean_nothing) {
  struct Row {
    RepeatOptions repeat;
    const char* why;
  };
  const Row rows[] = {
      {{}, "needs every or pattern"},
      {{.every = Millis(1000), .pattern = "* * * * *"}, "either every or pattern"},
      {{.every = Millis(0)}, "more than 0 ms"},
      {{.every = Millis(-5)}, "more than 0 ms"},
      {{.pattern = "* * * * *", .start_date = kNow, .immediately = true}, "immediately or at its start date"},
  };
  for (const auto& row : rows) {
    try {
      validate(row.repeat);
      ADD_FAILURE() << row.why;
    } catch (const std::invalid_argument& e) {
      EXPECT_THAT(e.what(), HasSubstr(row.why));
    }
  }
  EXPECT_NO_THROW(validate({.every = Millis(1), .start_date = kNow}));
  EXPECT_NO_THROW(validate({.pattern = "* * * * *", .immediately = true}));
}

TEST(RepeatPlanTest, leaves_the_time_of_every_to_the_server) {
  const auto iteration = plan({.every = Millis(1000)});
  ASSERT_TRUE(iteration);
  EXPECT_EQ(iteration->next, std::nullopt);
  EXPECT_EQ(iteration->count, 1);
}

TEST(RepeatPlanTest, ends_at_the_limit) {
  EXPECT_EQ(plan({.every = Millis(1000), .limit = 3, .count = 2})->count, 3);
  EXPECT_FALSE(plan({.every = Millis(1000), .limit = 3, .count = 3}));
  EXPECT_FALSE(plan({.every = Millis(1000), .limit = 0}));
}

TEST(RepeatPlanTest, ends_after_the_end_date) {
  EXPECT_TRUE(plan({.every = Millis(1000), .end_date = kNow}));
  EXPECT_FALSE(plan({.every = Millis(1000), .end_date = kNow - Millis(1)}));
  // The last time of a pattern may be the end itself.
  EXPECT_TRUE(plan({.pattern = "0 11 * * *", .time_zone = "UTC", .end_date = at("2026-03-01T11:00:00Z")}));
  EXPECT_FALSE(
      plan({.pattern = "0 11 * * *", .time_zone = "UTC", .end_date = at("2026-03-01T10:59:59.999Z")}));
}

TEST(RepeatPlanTest, takes_the_next_time_of_a_pattern_in_its_zone) {
  EXPECT_EQ(plan({.pattern = "0 11 * * *", .time_zone = "UTC"})->next, at("2026-03-01T11:00:00Z"));
  EXPECT_EQ(plan({.pattern = "0 11 * * *", .time_zone = "Asia/Shanghai"})->next, at("2026-03-02T03:00:00Z"));
  EXPECT_EQ(plan({.pattern = "*/10 * * * * *", .time_zone = "UTC"})->next, at("2026-03-01T10:00:10Z"));
  EXPECT_EQ(
      plan({.pattern = "0 11 * * *", .time_zone = "UTC", .start_date = at("2026-05-01T00:00:00Z")})->next,
      at("2026-05-01T11:00:00Z"));
  EXPECT_THROW(plan({.pattern = "61 * * * *"}), std::invalid_argument);
  EXPECT_THROW(plan({.pattern = "* * * * *", .time_zone = "Moon/Sea"}), std::invalid_argument);
}

TEST(RepeatPlanTest, never_takes_a_time_twice_when_this_clock_is_behind) {
  const auto previous = at("2026-03-01T11:00:00Z");
  EXPECT_EQ(plan({.pattern = "0 11 * * *", .time_zone = "UTC"}, previous)->next, at("2026-03-02T11:00:00Z"));
}

TEST(RepeatPlanTest, begins_immediately_if_told_so) {
  EXPECT_EQ(plan({.pattern = "0 11 * * *", .immediately = true})->next, kNow);
}

TEST(RepeatPlanTest, asks_the_strategy_that_takes_the_place_of_cron) {
  const RepeatStrategy strategy = [](Timestamp after, const RepeatOptions& repeat, const std::string& name) {
    EXPECT_EQ(repeat.pattern, "every full moon");
    EXPECT_EQ(name, "job");
    return std::optional(after + Millis(28));
  };
  EXPECT_EQ(plan({.pattern = "every full moon"}, {}, strategy)->next, kNow + Millis(28));
  const RepeatStrategy no_more = [](auto&&...) { return std::nullopt; };
  EXPECT_FALSE(plan({.pattern = "x"}, {}, no_more));
  const RepeatStrategy past = [](auto&&...) { return std::optional(kNow - Millis(5)); };
  EXPECT_EQ(plan({.pattern = "x"}, {}, past)->next, kNow);
}

TEST(RepeatPlanTest, tells_legacy_repeatable_keys_by_their_form) {
  for (const char* key : {"name:id::tz:* * * * *", "name:::UTC:0 0 12 * * *", "name:id:1700000000000::1000",
                          "a:b::c:d 1", ":::: "})
    EXPECT_TRUE(has_legacy_repeatable_shape(key)) << key;
  for (const char* key :
       {"", "simple", "a:b:c:d", "a:b:c:d:1000", "a:b::d:", "a:b::d:1000x", "tenant:1:2:3:daily"})
    EXPECT_FALSE(has_legacy_repeatable_shape(key)) << key;
}

TEST(RepeatPlanTest, keeps_all_options_of_the_job_before) {
  const auto options = options_of_producer(
      R"({"delay":5,"foreign":[1],"backoff":7,"repeatJobKey":"x","repeat":{"every":10,"offset":0,"count":4}})");
  EXPECT_EQ(to_text(options), R"({"attempts":0,"delay":5,"foreign":[1],"backoff":{"type":"fixed","delay":7},)"
                              R"("repeat":{"every":10,"offset":0,"count":4}})");
  const auto next = iteration_options(options, "s", {.count = 5}, base::from_epoch_ms(1000));
  EXPECT_EQ(to_text(next["repeat"]),
            R"({"every":10,"offset":null,"count":5,"startDate":null,"endDate":null})");
  EXPECT_EQ(next["foreign"], Json::array({1}));
  EXPECT_EQ(next["repeatJobKey"], "s");
  EXPECT_EQ(to_text(options_of_producer("no JSON")), R"({"attempts":0})");
}

TEST(DefaultOptionsTest, only_fill_what_the_job_leaves_unset) {
  JobOptions defaults{.attempts = 3, .delay = Millis(10), .priority = 4};
  defaults.backoff = Backoff{.type = "exponential", .delay = Millis(5)};
  const auto merged = with_defaults({.job_id = "mine", .priority = 1}, defaults);
  EXPECT_EQ(merged.job_id, "mine");
  EXPECT_EQ(merged.attempts, 3);
  EXPECT_EQ(merged.priority, 1u);
  EXPECT_EQ(merged.delay, Millis(10));
  EXPECT_EQ(merged.backoff->type, "exponential");
  EXPECT_EQ(with_defaults({.attempts = 7}, defaults).attempts, 7);
  EXPECT_EQ(with_defaults({.attempts = 7}, {}), JobOptions{.attempts = 7});
}

}  // namespace
}  // namespace watchbill::bullmq
