#include "domain/incident.h"

#include <gtest/gtest.h>

namespace watchbill::domain {
namespace {

using base::from_epoch_ms;

class MonitorStory : public testing::Test {
 protected:
  Transition check(Verdict verdict) {
    const auto change = apply_finding(monitor_, verdict, from_epoch_ms(++time_));
    EXPECT_EQ(change.entered, change.status.state != monitor_.status.state);
    monitor_.status = change.status;
    return change.transition;
  }
  MonitorState state() const { return monitor_.status.state; }

  Monitor monitor_;
  int time_ = 0;
};

TEST_F(MonitorStory, first_success_makes_a_new_monitor_up_without_an_incident) {
  monitor_.successes_before_up = 5;
  EXPECT_EQ(check(Verdict::up), Transition::none);
  EXPECT_EQ(state(), MonitorState::up);
  EXPECT_EQ(monitor_.status.since, from_epoch_ms(1));
}

TEST_F(MonitorStory, goes_down_only_after_n_failures_in_a_row) {
  monitor_.failures_before_down = 3;
  check(Verdict::up);
  EXPECT_EQ(check(Verdict::down), Transition::none);
  EXPECT_EQ(check(Verdict::down), Transition::none);
  EXPECT_EQ(check(Verdict::up), Transition::none);
  EXPECT_EQ(check(Verdict::down), Transition::none);
  EXPECT_EQ(check(Verdict::down), Transition::none);
  EXPECT_EQ(state(), MonitorState::up);
  EXPECT_EQ(check(Verdict::down), Transition::went_down);
  EXPECT_EQ(state(), MonitorState::down);
  EXPECT_EQ(check(Verdict::down), Transition::none) << "one incident, not one per check";
}

TEST_F(MonitorStory, comes_up_only_after_m_successes_in_a_row) {
  monitor_.successes_before_up = 2;
  check(Verdict::up);
  EXPECT_EQ(check(Verdict::down), Transition::went_down);
  EXPECT_EQ(check(Verdict::up), Transition::none);
  EXPECT_EQ(check(Verdict::down), Transition::none);
  EXPECT_EQ(check(Verdict::up), Transition::none);
  EXPECT_EQ(check(Verdict::up), Transition::came_up);
  EXPECT_EQ(state(), MonitorState::up);
}

TEST_F(MonitorStory, a_new_monitor_may_start_down) { EXPECT_EQ(check(Verdict::down), Transition::went_down); }

TEST_F(MonitorStory, what_was_not_measured_changes_nothing) {
  monitor_.failures_before_down = 2;
  check(Verdict::up);
  check(Verdict::down);
  EXPECT_EQ(check(Verdict::unknown), Transition::none);
  EXPECT_EQ(state(), MonitorState::up);
  EXPECT_EQ(check(Verdict::down), Transition::went_down);
}

TEST(Causes, every_cause_has_a_name_and_a_verdict) {
  for (int i = 0; i <= static_cast<int>(Cause::internal_error); ++i) {
    const auto cause = static_cast<Cause>(i);
    EXPECT_EQ(cause_from_string(to_string(cause)), cause);
  }
  EXPECT_EQ(verdict_of(Cause::ok), Verdict::up);
  EXPECT_EQ(verdict_of(Cause::too_large), Verdict::down);
  EXPECT_EQ(verdict_of(Cause::blocked), Verdict::unknown);
  EXPECT_EQ(verdict_of(Cause::internal_error), Verdict::unknown);
}

}  // namespace
}  // namespace watchbill::domain
