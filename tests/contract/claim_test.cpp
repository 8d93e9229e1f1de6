// Claiming: who is due, in which order, and that nobody is claimed twice.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using domain::Claim;
using testing::ElementsAre;
using testing::IsEmpty;

class ClaimTest : public StoreContract {
 protected:
  static std::vector<domain::UserId> users_of(const std::vector<Claim>& claims) {
    std::vector<domain::UserId> users;
    for (const auto& claim : claims) users.push_back(claim.user_id);
    return users;
  }
};
WATCHBILL_ON_EVERY_ENGINE(ClaimTest);

TEST_P(ClaimTest, nobody_is_due_in_an_empty_database) {
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(schedules().count_due(100), 0);
  EXPECT_EQ(schedules().next_due(), std::nullopt);
}

TEST_P(ClaimTest, a_claim_says_whose_it_is_and_takes_the_row) {
  const auto anna = add_due_user("anna", 7);
  const auto slot = row(anna).next_run_at;
  clock_.advance(3s);
  const auto claim = claim_one();
  EXPECT_EQ(claim.user_id, anna);
  EXPECT_EQ(claim.user_email, "anna@example.org");
  EXPECT_EQ(claim.interval_minutes, 7);
  EXPECT_EQ(claim.slot, slot);
  EXPECT_EQ(claim.fence, 1);
  const auto after = row(anna);
  EXPECT_EQ(after.fence, 1);
  EXPECT_EQ(after.started_fence, 0);
  EXPECT_EQ(after.locked_until, now() + kLockTtl);
  EXPECT_EQ(after.locked_by, kDispatcher);
  EXPECT_EQ(after.next_run_at, slot) << "a claim does not move the slot";
  EXPECT_TRUE(after.queued(now()));
  EXPECT_FALSE(after.running(now()));
}

TEST_P(ClaimTest, the_longest_waiting_come_first) {
  const auto late = add_due_user("late"), later = add_due_user("later"), latest = add_due_user("latest");
  set_slot(late, now() - 1min);
  set_slot(latest, now() - 3min);
  set_slot(later, now() - 2min);
  EXPECT_THAT(users_of(claim(2)), ElementsAre(latest, later));
  EXPECT_THAT(users_of(claim(2)), ElementsAre(late));
  EXPECT_THAT(claim(2), IsEmpty());
}

TEST_P(ClaimTest, a_run_of_batches_goes_on_where_the_last_one_ended) {
  std::vector<domain::UserId> users;
  for (int number = 0; number < 5; ++number) {
    users.push_back(add_due_user("user" + std::to_string(number)));
    set_slot(users.back(), now() - 10min + number * 1min);
  }
  const auto first = schedules().claim_due({2, kDispatcher, kLockTtl});
  EXPECT_THAT(users_of(first), ElementsAre(users[0], users[1]));
  EXPECT_EQ(first.back().due_since, now() - 9min);
  set_slot(add_due_user("behind"), now() - 1h);
  const auto second = schedules().claim_due({2, kDispatcher, kLockTtl, first.back().due_since});
  EXPECT_THAT(users_of(second), ElementsAre(users[2], users[3]));
  EXPECT_EQ(claim(10).size(), 2u) << "and who became due behind it is not forgotten";
}

TEST_P(ClaimTest, a_slot_is_due_at_its_millisecond) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 1ms);
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(1ms);
  EXPECT_THAT(users_of(claim()), ElementsAre(anna));
}

TEST_P(ClaimTest, a_claimed_user_is_claimed_again_when_the_lease_is_over) {
  add_due_user("anna");
  const auto first = claim_one();
  clock_.advance(kLockTtl - 1ms);
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(1ms);
  const auto second = claim_one();
  EXPECT_EQ(second.slot, first.slot);
  EXPECT_EQ(second.fence, first.fence + 1);
}

TEST_P(ClaimTest, a_started_round_is_claimed_again_when_its_lease_is_over) {
  add_due_user("anna");
  const auto round = start_one();
  clock_.advance(kLease - 1ms);
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(1ms);
  EXPECT_EQ(claim_one().fence, round.claim.fence + 1);
}

TEST_P(ClaimTest, disabled_schedules_and_users_are_not_claimed) {
  schedules().edit(add_due_user("anna"), {.enabled = false});
  users().edit(add_due_user("bela"), {.disabled = true});
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_EQ(schedules().next_due(), std::nullopt);
}

TEST_P(ClaimTest, a_limit_of_zero_claims_nobody) {
  add_due_user("anna");
  EXPECT_THAT(claim(0), IsEmpty());
  EXPECT_EQ(schedules().count_due(10), 1);
}

TEST_P(ClaimTest, counts_who_is_due_and_unclaimed_up_to_a_limit) {
  for (const auto* name : {"anna", "bela", "cleo"}) add_due_user(name);
  EXPECT_EQ(schedules().count_due(100), 3);
  EXPECT_EQ(schedules().count_due(2), 2);
  claim(2);
  EXPECT_EQ(schedules().count_due(100), 1);
}

TEST_P(ClaimTest, knows_when_the_next_claim_is_possible) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 40s);
  EXPECT_EQ(schedules().next_due(), now() + 40s);
  add_due_user("bela");
  EXPECT_EQ(schedules().next_due(), now());
  claim();
  EXPECT_EQ(schedules().next_due(), now() + 40s) << "who is claimed is due again only after the lease";
  set_slot(anna, now() + 2h);
  EXPECT_EQ(schedules().next_due(), now() + kLockTtl);
}

TEST_P(ClaimTest, fences_only_grow) {
  const auto anna = add_due_user("anna");
  for (domain::Fence fence = 1; fence <= 5; ++fence) {
    const auto round = start_one();
    EXPECT_EQ(round.claim.fence, fence);
    finish(round);
    clock_.set_wall_clock(row(anna).next_run_at);
  }
}

}  // namespace
}  // namespace watchbill::contract
