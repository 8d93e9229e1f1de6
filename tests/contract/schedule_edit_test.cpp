// What people do to a schedule.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using testing::IsEmpty;

class ScheduleEditTest : public StoreContract {};
WATCHBILL_ON_EVERY_ENGINE(ScheduleEditTest);

TEST_P(ScheduleEditTest, a_new_user_is_due_within_one_interval_at_his_phase) {
  const auto anna = add_user("anna", 60);
  const auto schedule = row(anna);
  EXPECT_TRUE(schedule.enabled);
  EXPECT_EQ(schedule.interval_minutes, 60);
  EXPECT_EQ(schedule.next_run_at, domain::first_slot(anna, 60, now()));
  EXPECT_GT(schedule.next_run_at, now());
  EXPECT_LE(schedule.next_run_at, now() + 60min);
  EXPECT_EQ(schedule.last_run_at, std::nullopt);
  EXPECT_EQ(schedule.last_status, "");
  EXPECT_EQ(schedule.last_duration, std::nullopt);
  EXPECT_EQ(schedule.created_at, now());
  EXPECT_NE(schedule.id, "");
}

TEST_P(ScheduleEditTest, a_shorter_interval_keeps_the_phase) {
  const auto anna = add_user("anna", 60);
  set_slot(anna, now() + 47min);
  const auto edited = schedules().edit(anna, {.interval_minutes = 10}).value();
  EXPECT_EQ(edited.next_run_at, now() + 7min);
  EXPECT_EQ(edited.interval_minutes, 10);
  EXPECT_EQ(row(anna).next_run_at, now() + 7min);
  EXPECT_EQ(row(anna).interval_minutes, 10);
}

TEST_P(ScheduleEditTest, a_longer_interval_counts_from_the_next_slot) {
  const auto anna = add_user("anna", 5);
  set_slot(anna, now() + 3min);
  EXPECT_EQ(schedules().edit(anna, {.interval_minutes = 60})->next_run_at, now() + 3min);
}

TEST_P(ScheduleEditTest, an_edit_of_a_due_schedule_neither_drops_nor_doubles_its_slot) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  clock_.advance(2s);
  EXPECT_EQ(schedules().edit(anna, {.interval_minutes = 1})->next_run_at, slot);
}

TEST_P(ScheduleEditTest, disabling_and_enabling_goes_on_at_the_phase_without_a_burst) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  schedules().edit(anna, {.enabled = false});
  clock_.advance(12min);
  const auto enabled = schedules().edit(anna, {.enabled = true}).value();
  EXPECT_EQ(enabled.next_run_at, slot + 15min);
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(ScheduleEditTest, enabling_what_is_enabled_does_not_move_a_due_slot) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  clock_.advance(2s);
  EXPECT_EQ(schedules().edit(anna, {.enabled = true})->next_run_at, slot);
}

TEST_P(ScheduleEditTest, an_empty_edit_changes_nothing_but_when_it_was_changed) {
  const auto anna = add_user("anna");
  const auto before = row(anna);
  clock_.advance(1s);
  schedules().edit(anna, {});
  EXPECT_EQ(row(anna).next_run_at, before.next_run_at);
  EXPECT_EQ(row(anna).enabled, before.enabled);
  EXPECT_EQ(row(anna).updated_at, now());
}

TEST_P(ScheduleEditTest, unknown_users_have_no_schedule) {
  EXPECT_FALSE(schedules().find("nobody"));
  EXPECT_FALSE(schedules().edit("nobody", {.enabled = true}));
  EXPECT_FALSE(schedules().run_now("nobody"));
}

// --- run now ---

TEST_P(ScheduleEditTest, run_now_makes_a_free_user_due) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 3min);
  EXPECT_EQ(schedules().run_now(anna)->next_run_at, now());
  EXPECT_EQ(claim_one().slot, now());
}

TEST_P(ScheduleEditTest, run_now_of_a_due_or_queued_user_asks_for_nothing_more) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  clock_.advance(2s);
  EXPECT_EQ(schedules().run_now(anna)->next_run_at, slot);
  const auto claim = claim_one();
  schedules().run_now(anna);
  finish(start(claim).value());
  EXPECT_GT(row(anna).next_run_at, now());
}

TEST_P(ScheduleEditTest, run_now_of_a_running_round_leaves_it_alone_and_comes_after_it) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  EXPECT_NE(schedules().run_now(anna)->next_run_at, round.claim.slot)
      << "even in the millisecond of its slot";
  EXPECT_TRUE(row(anna).running(now()));
  EXPECT_THAT(claim(), IsEmpty());
  finish(round);
  clock_.advance(1ms);
  const auto next = claim_one();
  EXPECT_NE(next.slot, round.claim.slot);
  EXPECT_TRUE(finish(start(next).value()).recorded);
  EXPECT_EQ(rounds(anna).size(), 2u);
}

TEST_P(ScheduleEditTest, run_now_right_after_a_round_of_the_same_millisecond_is_a_round_of_its_own) {
  const auto anna = add_due_user("anna");
  finish(start_one());
  schedules().run_now(anna);
  clock_.advance(1ms);
  EXPECT_TRUE(finish(start_one()).recorded);
  EXPECT_EQ(rounds(anna).size(), 2u);
}

TEST_P(ScheduleEditTest, run_now_of_a_disabled_schedule_changes_nothing) {
  const auto anna = add_user("anna");
  schedules().edit(anna, {.enabled = false});
  const auto before = row(anna);
  const auto after = schedules().run_now(anna).value();
  EXPECT_FALSE(after.enabled);
  EXPECT_EQ(after.next_run_at, before.next_run_at);
  EXPECT_EQ(row(anna).next_run_at, before.next_run_at);
}

}  // namespace
}  // namespace watchbill::contract
