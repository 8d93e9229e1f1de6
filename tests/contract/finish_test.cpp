// Recording a round: authority, next slot, and repeating a call whose answer was lost.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

class FinishTest : public StoreContract {
 protected:
  std::vector<base::Timestamp> slots(const domain::UserId& user) {
    std::vector<base::Timestamp> slots;
    for (const auto& round : rounds(user)) slots.push_back(round.slot);
    return slots;
  }
};
WATCHBILL_ON_EVERY_ENGINE(FinishTest);

TEST_P(FinishTest, records_the_round_and_frees_the_row_for_the_next_slot) {
  const auto anna = add_due_user("anna", 7);
  const auto slot = row(anna).next_run_at;
  clock_.advance(150ms);
  const auto started = start_one();
  clock_.advance(2s);
  auto round = finished(started, Outcome::failed);
  round.round.trigger = domain::Trigger::sync;
  round.round.counts = {.up = 2, .down = 1, .unknown = 3};
  const auto result = finish(round);
  EXPECT_TRUE(result.recorded);
  EXPECT_EQ(result.next_run_at, slot + 7min);
  EXPECT_EQ(result.missed, 0);

  const auto after = row(anna);
  EXPECT_EQ(after.next_run_at, slot + 7min);
  EXPECT_EQ(after.last_run_at, started.started_at);
  EXPECT_EQ(after.last_status, "failed");
  EXPECT_EQ(after.last_error, "1 of 1 monitors down");
  EXPECT_EQ(after.last_duration, 2s);
  EXPECT_EQ(after.locked_until, std::nullopt);
  EXPECT_EQ(after.locked_by, "");
  EXPECT_EQ(after.fence, 1);
  EXPECT_FALSE(after.running(now()));

  const auto recorded = monitors().round(anna, slot).value();
  EXPECT_EQ(recorded.user_id, anna);
  EXPECT_EQ(recorded.fence, 1);
  EXPECT_EQ(recorded.trigger, domain::Trigger::sync);
  EXPECT_EQ(recorded.worker, kWorker);
  EXPECT_EQ(recorded.started_at, slot + 150ms);
  EXPECT_EQ(recorded.finished_at, now());
  EXPECT_EQ(recorded.lateness(), 150ms);
  EXPECT_EQ(recorded.outcome, Outcome::failed);
  EXPECT_EQ(recorded.error, "1 of 1 monitors down");
  EXPECT_EQ(recorded.counts.up, 2);
  EXPECT_EQ(recorded.counts.down, 1);
  EXPECT_EQ(recorded.counts.unknown, 3);
  EXPECT_EQ(recorded.missed, 0);
}

TEST_P(FinishTest, a_good_round_clears_the_error_of_the_last_one) {
  const auto anna = add_due_user("anna");
  finish(finished(start_one(), Outcome::failed));
  clock_.set_wall_clock(row(anna).next_run_at);
  finish(finished(start_one(), Outcome::skipped));
  EXPECT_EQ(row(anna).last_status, "skipped");
  EXPECT_EQ(row(anna).last_error, "");
}

TEST_P(FinishTest, the_time_that_a_round_takes_is_not_added_to_the_cadence) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  const auto round = start_one();
  clock_.advance(4min);
  EXPECT_EQ(finish(round).next_run_at, slot + 5min);
}

TEST_P(FinishTest, slots_that_passed_are_counted_and_give_no_flood) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  clock_.advance(17min);
  const auto result = finish(start_one());
  EXPECT_EQ(result.next_run_at, slot + 20min);
  EXPECT_EQ(result.missed, 3) << "of 5, 10 and 15 minutes";
  EXPECT_EQ(monitors().round(anna, slot)->missed, 3);
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(FinishTest, a_round_that_ends_at_the_next_slot_has_not_missed_it_yet) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  const auto round = start_one();
  clock_.advance(5min);
  const auto result = finish(round);
  EXPECT_EQ(result.next_run_at, slot + 10min);
  EXPECT_EQ(result.missed, 1) << "first point after now, as the protocol says";
}

TEST_P(FinishTest, the_interval_of_the_row_counts_and_not_the_payloads) {
  const auto anna = add_due_user("anna", 5);
  const auto slot = row(anna).next_run_at;
  const auto round = start_one();
  schedules().edit(anna, {.interval_minutes = 30});
  EXPECT_EQ(finish(round).next_run_at, slot + 30min);
}

TEST_P(FinishTest, a_run_now_during_the_round_survives_it) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  clock_.advance(3s);
  schedules().run_now(anna);
  const auto asked_for = row(anna).next_run_at;
  EXPECT_EQ(asked_for, now());
  clock_.advance(3s);
  const auto result = finish(round);
  EXPECT_TRUE(result.recorded);
  EXPECT_EQ(result.next_run_at, asked_for);
  EXPECT_EQ(result.missed, 0);
  EXPECT_EQ(claim_one().slot, asked_for);
}

TEST_P(FinishTest, slots_missed_before_a_run_now_during_the_round_are_counted) {
  const auto anna = add_due_user("anna");
  clock_.advance(61min);  // of downtime
  const auto round = start_one();
  schedules().run_now(anna);
  clock_.advance(1s);
  EXPECT_EQ(finish(round).missed, 12);
  EXPECT_EQ(finish(start_one()).missed, 0);
}

TEST_P(FinishTest, slots_missed_before_the_plan_was_moved_during_the_round_are_counted) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  clock_.advance(11min);
  schedules().edit(anna, {.enabled = false});
  schedules().edit(anna, {.enabled = true});
  EXPECT_EQ(finish(round).missed, 2);
}

TEST_P(FinishTest, a_round_of_a_user_who_was_disabled_meanwhile_is_recorded) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  schedules().edit(anna, {.enabled = false});
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_FALSE(row(anna).enabled);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_P(FinishTest, an_expired_lease_that_nobody_took_still_finishes) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  clock_.advance(kLease + 1s);
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

// --- authority ---

TEST_P(FinishTest, with_an_old_fence_nothing_is_written) {
  const auto anna = add_due_user("anna");
  add_monitor(anna, "one");
  const auto zombie = start_one();
  clock_.advance(kLease);
  const auto current = start_one();
  EXPECT_FALSE(finish(checked(zombie, {domain::Cause::timeout})).recorded);
  EXPECT_TRUE(row(anna).running(now())) << "the current round goes on";
  EXPECT_THAT(rounds(anna), IsEmpty());
  EXPECT_EQ(monitors().list(anna).front().status.state, domain::MonitorState::pending);
  EXPECT_TRUE(finish(current).recorded);
  EXPECT_THAT(rounds(anna), testing::SizeIs(1));
  EXPECT_EQ(rounds(anna).front().fence, current.claim.fence);
}

TEST_P(FinishTest, a_claim_alone_gives_no_authority_to_finish) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  EXPECT_FALSE(finish(domain::StartedRound{claim, now(), {}}).recorded);
  EXPECT_THAT(rounds(anna), IsEmpty());
}

TEST_P(FinishTest, after_the_finish_of_a_later_claim_the_zombie_still_records_nothing) {
  const auto anna = add_due_user("anna");
  const auto zombie = start_one();
  clock_.advance(kLease);
  finish(start_one());
  EXPECT_FALSE(finish(zombie).recorded) << "the slot is recorded, but not by this fence";
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_P(FinishTest, a_removed_users_round_is_not_recorded) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  users().remove(anna);
  EXPECT_FALSE(finish(round).recorded);
  EXPECT_EQ(database_->count("MonitorRound"), 0);
}

// --- a commit whose answer was lost ---

TEST_P(FinishTest, repeating_a_finish_reports_the_same_and_changes_nothing) {
  const auto anna = add_due_user("anna");
  add_monitor(anna, "one");
  clock_.advance(11min);
  const auto round = checked(start_one(), {domain::Cause::timeout});
  const auto first = finish(round);
  clock_.advance(20s);
  const auto before = row(anna);
  const auto again = finish(round);
  EXPECT_TRUE(again.recorded);
  EXPECT_EQ(again.next_run_at, first.next_run_at);
  EXPECT_EQ(again.missed, 2);
  EXPECT_EQ(row(anna).updated_at, before.updated_at);
  EXPECT_EQ(rounds(anna).size(), 1u);
  EXPECT_EQ(database_->count("MonitorCheck"), 1);
  EXPECT_EQ(monitors().list(anna).front().status.consecutive_failures, 1);
  EXPECT_EQ(database_->count("MonitorIncident"), 1);
}

TEST_P(FinishTest, repeating_a_finish_is_recognised_after_the_next_claim_too) {
  const auto anna = add_due_user("anna");
  const auto round = finished(start_one());
  finish(round);
  clock_.set_wall_clock(row(anna).next_run_at);
  const auto next = start_one();
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_TRUE(row(anna).running(now())) << "the next round is not touched";
  EXPECT_TRUE(finish(next).recorded);
  EXPECT_EQ(rounds(anna).size(), 2u);
}

TEST_P(FinishTest, a_slot_never_gets_a_second_outcome) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  finish(finished(start_one(), Outcome::success));
  // As after a clock that was set back: the same slot comes again.
  set_slot(anna, slot);
  const auto twin = start_one();
  const auto result = finish(finished(twin, Outcome::failed));
  EXPECT_TRUE(result.recorded);
  EXPECT_THAT(slots(anna), ElementsAre(slot));
  EXPECT_EQ(rounds(anna).front().outcome, Outcome::success);
  EXPECT_GT(row(anna).next_run_at, slot) << "and the cadence goes on";
  EXPECT_EQ(row(anna).locked_until, std::nullopt);
}

// --- many at once ---

TEST_P(FinishTest, many_rounds_are_recorded_in_one_call_each_by_its_own_right) {
  for (const auto* name : {"anna", "bela", "cleo"}) add_due_user(name);
  const auto claims = claim();
  std::vector<store::FinishedRound> batch;
  for (const auto& round :
       schedules().start({kWorker, kLease, {ref(claims[0]), ref(claims[1]), ref(claims[2])}}))
    batch.push_back(finished(round.value()));
  clock_.advance(kLease);
  const auto overtaken = claim(1).front();
  const auto results = schedules().finish(batch);
  ASSERT_EQ(results.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(results[i].recorded, batch[i].round.user_id != overtaken.user_id) << i;
  EXPECT_EQ(database_->count("MonitorRound"), 2);
}

TEST_P(FinishTest, finishing_nothing_is_fine) { EXPECT_THAT(schedules().finish({}), IsEmpty()); }

TEST_P(FinishTest, a_round_that_cannot_be_written_takes_its_whole_call_with_it) {
  const auto anna = add_due_user("anna"), bela = add_due_user("bela");
  const auto claims = claim();
  auto good = finished(start(claims[0]).value()), bad = finished(start(claims[1]).value());
  bad.round.outcome = static_cast<Outcome>(99);
  EXPECT_THROW(schedules().finish({good, bad}), store::Error);
  EXPECT_THAT(rounds(anna), IsEmpty());
  EXPECT_THAT(rounds(bela), IsEmpty());
  EXPECT_TRUE(row(anna).running(now()) && row(bela).running(now()));
  EXPECT_TRUE(finish(good).recorded) << "and the next call works";
}

}  // namespace
}  // namespace watchbill::contract
