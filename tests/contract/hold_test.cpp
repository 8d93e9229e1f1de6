// Between claim and finish: release, renew, give back, and what a dead process held.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HoldTest : public StoreContract {};
WATCHBILL_ON_EVERY_ENGINE(HoldTest);

TEST_P(HoldTest, a_released_claim_is_due_again_at_once_under_a_new_fence) {
  const auto anna = add_due_user("anna");
  const auto claim = claim_one();
  schedules().release({ref(claim)});
  EXPECT_EQ(row(anna).locked_until, std::nullopt);
  EXPECT_EQ(row(anna).locked_by, "");
  EXPECT_EQ(claim_one().fence, claim.fence + 1);
}

TEST_P(HoldTest, what_was_started_is_not_released) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  schedules().release({ref(round)});
  EXPECT_TRUE(row(anna).running(now()));
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(HoldTest, an_overtaken_claim_releases_nothing) {
  const auto anna = add_due_user("anna");
  const auto old = claim_one();
  clock_.advance(kLockTtl);
  claim_one();
  schedules().release({ref(old)});
  EXPECT_TRUE(row(anna).queued(now()));
}

TEST_P(HoldTest, a_renewed_lease_lasts_from_the_renewal) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  clock_.advance(20s);
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(true));
  EXPECT_EQ(row(anna).locked_until, now() + kLease);
  clock_.advance(kLease - 1ms);
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(HoldTest, renewing_twice_in_one_millisecond_is_no_loss) {
  add_due_user("anna");
  const auto round = start_one();
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(true));
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(true));
}

TEST_P(HoldTest, of_two_claims_of_a_user_the_current_one_is_renewed) {
  add_due_user("anna");
  const auto old = start_one();
  clock_.advance(2 * kLease);
  const auto current = start_one();
  EXPECT_THAT(schedules().renew({ref(old), ref(current)}, kLease), ElementsAre(false, true));
}

TEST_P(HoldTest, an_expired_lease_that_nobody_took_can_still_be_renewed) {
  add_due_user("anna");
  const auto round = start_one();
  clock_.advance(2 * kLease);
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(true));
  EXPECT_THAT(claim(), IsEmpty());
}

TEST_P(HoldTest, says_for_each_lease_whether_authority_was_lost) {
  for (const auto* name : {"anna", "bela", "cleo"}) add_due_user(name);
  const auto claims = claim();
  const auto started = schedules().start({kWorker, kLease, {ref(claims[0]), ref(claims[1])}});
  clock_.advance(kLease);
  const auto again = claim(1);  // of those whose lease is over, one
  ASSERT_EQ(again.size(), 1u);
  const auto renewed =
      schedules().renew({ref(claims[0]), ref(claims[1]), ref(claims[2]), {"nobody", 1}}, kLease);
  EXPECT_THAT(renewed, ElementsAre(again[0].user_id != claims[0].user_id,
                                   again[0].user_id != claims[1].user_id, false, false))
      << "taken by another claim; held; never started; unknown";
}

TEST_P(HoldTest, a_late_renewal_does_not_lock_a_finished_round_again) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  finish(round);
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(false));
  EXPECT_EQ(row(anna).locked_until, std::nullopt);
}

TEST_P(HoldTest, what_was_given_back_can_be_started_again_by_its_job) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  schedules().give_back({ref(round)}, 5s);
  EXPECT_FALSE(row(anna).running(now()));
  EXPECT_FALSE(finish(round).recorded) << "who gave it back has no authority any more";
  EXPECT_THAT(schedules().renew({ref(round)}, kLease), ElementsAre(false));
  const auto again = start(ref(round), "worker-2").value();
  EXPECT_EQ(again.claim.slot, round.claim.slot);
  EXPECT_TRUE(finish(again).recorded);
}

TEST_P(HoldTest, what_was_given_back_is_due_for_a_claim_after_the_delay) {
  add_due_user("anna");
  const auto round = start_one();
  schedules().give_back({ref(round)}, 5s);
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(5s);
  const auto next = claim_one();
  EXPECT_EQ(next.fence, round.claim.fence + 1);
  EXPECT_FALSE(start(round.claim)) << "its old job is stale now";
}

TEST_P(HoldTest, giving_back_without_authority_changes_nothing) {
  const auto anna = add_due_user("anna");
  const auto old = start_one();
  clock_.advance(kLease);
  const auto current = start_one();
  schedules().give_back({ref(old)}, 0ms);
  EXPECT_TRUE(row(anna).running(now()));
  finish(current);
  schedules().give_back({ref(current)}, 5s);
  EXPECT_EQ(row(anna).locked_until, std::nullopt);
}

// --- what a dead process held ---

TEST_P(HoldTest, frees_what_the_named_held_claimed_or_started_and_nothing_else) {
  const auto anna = add_due_user("anna"), bela = add_due_user("bela"), cleo = add_due_user("cleo");
  set_slot(anna, now() - 3s);
  set_slot(bela, now() - 2s);
  const auto first = claim(1, "dispatcher-dead").front();
  start(ref(first), "worker-dead");
  claim(1, "dispatcher-dead");
  const auto third = claim(1, "dispatcher-alive").front();
  start(ref(third), "worker-alive");

  EXPECT_EQ(schedules().release_held_by({"dispatcher-dead", "worker-dead", "worker-unknown"}), 2);
  EXPECT_EQ(row(anna).locked_until, std::nullopt);
  EXPECT_EQ(row(bela).locked_until, std::nullopt);
  EXPECT_TRUE(row(cleo).running(now()));
  std::vector<domain::Fence> fences;
  for (const auto& claim : claim()) fences.push_back(claim.fence);
  EXPECT_THAT(fences, ElementsAre(2, 2)) << "at once, and past the dead one's fences";
}

TEST_P(HoldTest, releasing_nothing_is_fine) {
  schedules().release({});
  schedules().give_back({}, 0ms);
  EXPECT_THAT(schedules().renew({}, kLease), IsEmpty());
  EXPECT_EQ(schedules().release_held_by({}), 0);
}

// --- what each crash leaves behind (docs/design/protocol.md) ---

TEST_P(HoldTest, crash_after_claim_is_repaired_by_the_next_claim_after_the_lease) {
  add_due_user("anna");
  const auto lost = claim_one();
  clock_.advance(kLockTtl);
  EXPECT_EQ(claim_one().slot, lost.slot);
}

TEST_P(HoldTest, crash_after_start_is_repaired_by_the_redelivered_job_once_the_lease_is_over) {
  const auto anna = add_due_user("anna");
  const auto lost = start_one();
  EXPECT_FALSE(start(lost.claim));
  EXPECT_EQ(std::get<store::StartRefusal>(claim_and_start(anna)), store::StartRefusal::already_running);
  clock_.advance(kLease);
  EXPECT_FALSE(start(lost.claim)) << "the fence was started once";
  const auto round = std::get<domain::StartedRound>(claim_and_start(anna));
  EXPECT_EQ(round.claim.user_email, "anna@example.org");
  EXPECT_EQ(round.claim.slot, lost.claim.slot);
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_P(HoldTest, crash_after_finish_leaves_a_free_row_and_a_job_that_drops) {
  const auto anna = add_due_user("anna");
  const auto round = start_one();
  finish(round);
  EXPECT_FALSE(start(round.claim));
  EXPECT_EQ(std::get<store::StartRefusal>(claim_and_start(anna)), store::StartRefusal::not_due);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_P(HoldTest, everything_is_there_after_the_store_was_opened_again) {
  const auto anna = add_due_user("anna"), bela = add_due_user("bela");
  const auto claims = claim();
  const auto round = start(claims[0]).value();
  store_ = database_->open(clock_, 5s);
  store_->check_schema();
  EXPECT_TRUE(finish(round).recorded);
  EXPECT_TRUE(start(claims[1]));
  EXPECT_EQ(rounds(anna).size() + rounds(bela).size(), 1u);
}

}  // namespace
}  // namespace watchbill::contract
