// Taking authority for a round: by a claim, and without one.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::StartedRound;
using store::StartRefusal;
using testing::ElementsAre;

class StartTest : public StoreContract {
 protected:
  static StartRefusal refusal(const std::variant<StartedRound, StartRefusal>& result) {
    return std::get<StartRefusal>(result);
  }
};
WATCHBILL_ON_EVERY_ENGINE(StartTest);

TEST_P(StartTest, a_claim_that_is_named_twice_is_started_once) {
  add_due_user("anna");
  const auto claim = ref(claim_one());
  const auto started = schedules().start({kWorker, kLease, {claim, claim}});
  ASSERT_EQ(started.size(), 2u);
  EXPECT_TRUE(started[0]);
  EXPECT_FALSE(started[1]);
}

TEST_P(StartTest, a_start_takes_the_row_and_brings_what_the_round_needs) {
  const auto anna = add_due_user("anna", 7);
  add_monitor(anna, "one");
  const auto paused = add_monitor(anna, "two");
  add_monitor(anna, "three");
  monitors().edit(anna, paused.id, {.paused = true});
  const auto claim = claim_one();
  clock_.advance(2s);
  const auto round = start(claim).value();
  EXPECT_EQ(round.claim.user_id, anna);
  EXPECT_EQ(round.claim.interval_minutes, 7);
  EXPECT_EQ(round.claim.slot, claim.slot);
  EXPECT_EQ(round.claim.fence, claim.fence);
  EXPECT_EQ(round.started_at, now());
  std::vector<std::string> names;
  for (const auto& monitor : round.monitors) names.push_back(monitor.name);
  EXPECT_THAT(names, ElementsAre("one", "three")) << "in the user's order, without the paused one";
  const auto after = row(anna);
  EXPECT_EQ(after.started_fence, claim.fence);
  EXPECT_EQ(after.locked_by, kWorker);
  EXPECT_EQ(after.locked_until, now() + kLease);
  EXPECT_TRUE(after.running(now()));
}

TEST_P(StartTest, the_payload_is_a_hint_and_the_row_decides) {
  const auto anna = add_due_user("anna", 7);
  const auto claim = claim_one();
  schedules().edit(anna, {.interval_minutes = 9});
  const auto round = start(claim).value();
  EXPECT_EQ(round.claim.interval_minutes, 9);
}

TEST_P(StartTest, a_doubled_job_starts_once) {
  add_due_user("anna");
  const auto claim = claim_one();
  EXPECT_TRUE(start(claim));
  EXPECT_FALSE(start(claim));
  EXPECT_FALSE(start(ref(claim), "worker-2"));
}

TEST_P(StartTest, a_claim_that_was_overtaken_does_not_start) {
  add_due_user("anna");
  const auto old = claim_one();
  clock_.advance(kLockTtl);
  const auto current = claim_one();
  EXPECT_FALSE(start(old));
  EXPECT_TRUE(start(current));
}

TEST_P(StartTest, a_fence_from_the_future_or_an_unknown_user_does_not_start) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  EXPECT_FALSE(start(store::ClaimRef{anna, claim.fence + 1}));
  EXPECT_FALSE(start(store::ClaimRef{"nobody", 1}));
  EXPECT_TRUE(start(claim));
}

TEST_P(StartTest, a_claim_whose_user_was_disabled_does_not_start) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  schedules().edit(anna, {.enabled = false});
  EXPECT_FALSE(start(claim));
}

TEST_P(StartTest, a_claim_whose_user_was_removed_does_not_start) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  users().remove(anna);
  EXPECT_FALSE(start(claim));
}

TEST_P(StartTest, starts_many_at_once_and_says_for_each_whether_it_may) {
  for (const auto* name : {"anna", "bela", "cleo"}) add_due_user(name);
  const auto claims = claim();
  ASSERT_TRUE(start(claims[1]));
  const auto started = schedules().start({kWorker, kLease, {ref(claims[0]), ref(claims[1]), ref(claims[2])}});
  ASSERT_EQ(started.size(), 3u);
  EXPECT_EQ(started[0].value().claim.user_id, claims[0].user_id);
  EXPECT_FALSE(started[1]);
  EXPECT_EQ(started[2].value().claim.user_id, claims[2].user_id);
}

// --- without a claim: a job that carries no fence ---

TEST_P(StartTest, a_due_user_is_claimed_and_started_in_one_step) {
  const auto anna = add_due_user("anna");
  add_monitor(anna, "one");
  const auto slot = row(anna).next_run_at;
  const auto round = std::get<StartedRound>(claim_and_start(anna));
  EXPECT_EQ(round.claim.slot, slot);
  EXPECT_EQ(round.claim.fence, 1);
  EXPECT_EQ(round.monitors.size(), 1u);
  EXPECT_EQ(row(anna).started_fence, 1);
  EXPECT_EQ(row(anna).locked_by, "worker-2");
  EXPECT_TRUE(finish(round).recorded);
}

TEST_P(StartTest, who_is_not_due_or_disabled_or_unknown_is_refused) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 1ms);
  const auto bela = add_due_user("bela");
  schedules().edit(bela, {.enabled = false});
  EXPECT_EQ(refusal(claim_and_start(anna)), StartRefusal::not_due);
  EXPECT_EQ(refusal(claim_and_start(bela)), StartRefusal::not_due);
  EXPECT_EQ(refusal(claim_and_start("nobody")), StartRefusal::unknown_user);
  EXPECT_EQ(row(anna).fence, 0);
}

TEST_P(StartTest, a_dispatchers_claim_is_taken_over_and_its_job_is_stale) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  const auto round = std::get<StartedRound>(claim_and_start(anna));
  EXPECT_EQ(round.claim.fence, claim.fence + 1);
  EXPECT_EQ(round.claim.slot, claim.slot);
  EXPECT_FALSE(start(claim));
}

TEST_P(StartTest, a_running_round_is_not_taken_over_before_its_lease_is_over) {
  const auto anna = add_due_user("anna");
  const auto first = start_one();
  EXPECT_EQ(refusal(claim_and_start(anna)), StartRefusal::already_running);
  clock_.advance(kLease);
  const auto second = std::get<StartedRound>(claim_and_start(anna));
  EXPECT_EQ(second.claim.fence, first.claim.fence + 1);
  EXPECT_FALSE(finish(first).recorded);
  EXPECT_TRUE(finish(second).recorded);
}

TEST_P(StartTest, a_job_whose_plan_was_moved_meanwhile_does_not_take_the_planned_slot) {
  const auto anna = add_due_user("anna", 1440);
  const auto claim = claim_one();
  clock_.advance(1min);
  schedules().edit(anna, {.enabled = false});
  schedules().edit(anna, {.enabled = true});
  const auto planned = row(anna).next_run_at;
  ASSERT_GT(planned, now());
  const auto round = start(claim);
  ASSERT_TRUE(round);
  EXPECT_EQ(round->claim.slot, now());
  EXPECT_EQ(finish(*round).next_run_at, planned);
}

// --- direct: an operator's order ---

TEST_P(StartTest, an_order_runs_a_user_who_is_not_due_and_leaves_the_planned_slot) {
  const auto anna = add_user("anna");
  const auto planned = now() + 3min;
  set_slot(anna, planned);
  const auto round = std::get<StartedRound>(claim_and_start(anna, false));
  EXPECT_EQ(round.claim.slot, now());
  clock_.advance(2s);
  const auto result = finish(round);
  EXPECT_TRUE(result.recorded);
  EXPECT_EQ(result.next_run_at, planned);
  EXPECT_EQ(result.missed, 0);
  EXPECT_EQ(row(anna).next_run_at, planned);
}

TEST_P(StartTest, an_order_runs_a_disabled_user_now_and_not_in_the_past) {
  const auto anna = add_due_user("anna");
  schedules().edit(anna, {.enabled = false});
  clock_.advance(24h * 100);
  const auto round = std::get<StartedRound>(claim_and_start(anna, false));
  EXPECT_EQ(round.claim.slot, now());
  EXPECT_EQ(finish(round).missed, 0);
  EXPECT_FALSE(row(anna).enabled);
}

TEST_P(StartTest, an_order_for_a_due_user_is_the_round_of_his_slot) {
  const auto anna = add_due_user("anna");
  const auto slot = row(anna).next_run_at;
  clock_.advance(10s);
  const auto round = std::get<StartedRound>(claim_and_start(anna, false));
  EXPECT_EQ(round.claim.slot, slot);
  EXPECT_EQ(finish(round).next_run_at, slot + 5min);
}

TEST_P(StartTest, an_order_takes_over_a_queued_claim_but_no_running_round) {
  const auto anna = add_due_user("anna");
  claim();
  const auto round = std::get<StartedRound>(claim_and_start(anna, false));
  EXPECT_EQ(refusal(claim_and_start(anna, false)), StartRefusal::already_running);
  finish(round);
  EXPECT_TRUE(std::holds_alternative<StartedRound>(claim_and_start(anna, false)));
}

TEST_P(StartTest, two_orders_in_one_millisecond_are_two_rounds) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 3min);
  EXPECT_TRUE(finish(std::get<StartedRound>(claim_and_start(anna, false))).recorded);
  EXPECT_TRUE(finish(std::get<StartedRound>(claim_and_start(anna, false))).recorded);
  EXPECT_EQ(rounds(anna).size(), 2u);
}

}  // namespace
}  // namespace watchbill::contract
