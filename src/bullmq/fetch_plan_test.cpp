#include "bullmq/fetch_plan.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

using Step = FetchPlan::Step;
using base::Millis;

class FetchPlanTest : public ::testing::Test {
 protected:
  FetchPlan::Next next() const { return plan_.next(now_, steady_); }
  void hear_nothing(std::optional<base::Timestamp> next_delayed = {}) {
    plan_.heard(Fetched{.next_delayed = next_delayed}, plan_.asking(), steady_);
  }
  void hear_job() { plan_.heard(Fetched{.job = std::make_unique<JobRecord>()}, plan_.asking(), steady_); }
  void hear_limit(Millis time) { plan_.heard(Fetched{.rate_limited = time}, plan_.asking(), steady_); }
  void pass(Millis time) { now_ += time, steady_ += time; }

  base::Timestamp now_ = base::from_epoch_ms(1'700'000'000'000);
  base::Monotonic steady_{std::chrono::hours(1)};
  FetchPlan plan_{2, Millis(30000)};
};

TEST_F(FetchPlanTest, asks_at_first_and_as_long_as_the_queue_gives) {
  EXPECT_EQ(next().step, Step::fetch);
  plan_.started();
  hear_job();
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, waits_when_all_places_are_taken) {
  plan_.started();
  plan_.started();
  EXPECT_EQ(next().step, Step::wait);
  EXPECT_FALSE(next().at_most);
  plan_.finished();
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, waits_for_the_marker_of_an_empty_queue) {
  hear_nothing();
  EXPECT_EQ(next().step, Step::wait_for_marker);
  EXPECT_FALSE(next().at_most);
  plan_.marker(std::nullopt);
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, asks_when_the_first_delayed_job_is_due) {
  hear_nothing(now_ + Millis(250));
  EXPECT_EQ(next().step, Step::wait_for_marker);
  EXPECT_EQ(next().at_most, Millis(250));
  pass(Millis(250));
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, a_marker_tells_of_an_earlier_delayed_job) {
  hear_nothing(now_ + Millis(5000));
  plan_.marker(now_ + Millis(300));
  EXPECT_EQ(next().at_most, Millis(300));
  plan_.marker(now_ + Millis(9000));
  EXPECT_EQ(next().at_most, Millis(300));
}

TEST_F(FetchPlanTest, looks_again_every_minute_for_the_clock_may_be_set) {
  hear_nothing(base::from_epoch_ms(9'000'000'000'000'000));
  EXPECT_EQ(next().at_most, std::chrono::minutes(1));
}

TEST_F(FetchPlanTest, a_rate_limit_ends_by_time_that_passed_whatever_the_clock_says) {
  hear_limit(Millis(400));
  EXPECT_EQ(next().step, Step::wait);
  EXPECT_EQ(next().at_most, Millis(400));
  now_ -= std::chrono::hours(1);
  steady_ += Millis(400);
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, a_long_rate_limit_is_asked_about_meanwhile) {
  hear_limit(std::chrono::hours(2));
  EXPECT_EQ(next().at_most, Millis(30000));
  pass(Millis(30000));
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, a_job_that_was_limited_by_hand_is_asked_for_again) {
  hear_nothing();
  plan_.rate_limited(Millis(50), steady_);
  EXPECT_TRUE(plan_.is_rate_limited(steady_));
  pass(Millis(50));
  EXPECT_EQ(next().step, Step::fetch);
}

TEST_F(FetchPlanTest, takes_nothing_while_paused) {
  plan_.started();
  plan_.pause(true);
  EXPECT_EQ(next().step, Step::wait);
  EXPECT_FALSE(plan_.may_continue(steady_));
  plan_.pause(false);
  EXPECT_EQ(next().step, Step::fetch);
  EXPECT_TRUE(plan_.may_continue(steady_));
}

TEST_F(FetchPlanTest, fewer_places_are_reached_as_jobs_end) {
  plan_.started();
  plan_.started();
  plan_.set_concurrency(1);
  EXPECT_FALSE(plan_.may_continue(steady_));
  plan_.finished();
  EXPECT_TRUE(plan_.may_continue(steady_));
  EXPECT_EQ(next().step, Step::wait);
}

// The reply that says "no job" may be older than the marker that tells of one.
TEST_F(FetchPlanTest, a_marker_that_came_after_the_question_is_not_undone_by_its_answer) {
  const auto asked = plan_.asking();
  plan_.marker(std::nullopt);
  plan_.heard(Fetched{}, asked, steady_);
  EXPECT_EQ(plan_.next(now_, steady_).step, FetchPlan::Step::fetch);
}

TEST_F(FetchPlanTest, a_delayed_marker_that_came_after_the_question_is_asked_about) {
  const auto asked = plan_.asking();
  plan_.marker(now_ + Millis(500));
  plan_.heard(Fetched{}, asked, steady_);
  EXPECT_EQ(plan_.next(now_, steady_).step, FetchPlan::Step::fetch);
}

}  // namespace
}  // namespace watchbill::bullmq
