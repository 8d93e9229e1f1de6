// Leases and slots that a clock which ran ahead left in the future.
#include <thread>

#include "tests/contract/store_contract.h"
#include "tests/support/process.h"

namespace watchbill::contract {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// A database whose answers take their time.
class SlowClock final : public base::Clock {
 public:
  SlowClock(base::ManualClock& clock, const base::Millis& delay) : clock_(clock), delay_(delay) {}
  base::Timestamp now() const override {
    const auto seen = clock_.now();
    clock_.advance(delay_);
    return seen;
  }
  base::Monotonic monotonic_now() const override { return clock_.monotonic_now(); }

 private:
  base::ManualClock& clock_;
  const base::Millis& delay_;
};

class ClockJumpTest : public StoreContract {
 protected:
  // The wall clock alone, as when somebody sets it.
  void set_clock(base::Millis by) { clock_.set_wall_clock(now() + by); }
  void settle() {
    claim();
    clock_.advance(5s);
  }
};
WATCHBILL_ON_EVERY_ENGINE(ClockJumpTest);

TEST_P(ClockJumpTest, a_slot_from_a_future_that_did_not_happen_is_brought_within_one_interval) {
  const auto anna = add_due_user("anna");
  settle();
  set_clock(24h);
  finish(start_one());
  ASSERT_GT(row(anna).next_run_at, now());
  clock_.advance(1s);
  claim();
  set_clock(-24h);
  claim();
  EXPECT_GT(row(anna).next_run_at, now());
  EXPECT_LE(row(anna).next_run_at, now() + 5min);
  clock_.advance(5min);
  EXPECT_THAT(claim(), SizeIs(1));
}

TEST_P(ClockJumpTest, an_hour_back_is_no_hour_of_silence) {
  const auto anna = add_user("anna", 1);
  settle();
  set_slot(anna, now() + 1min);
  set_clock(-1h);
  claim();
  EXPECT_LE(row(anna).next_run_at, now() + 1min);
}

TEST_P(ClockJumpTest, a_lease_beyond_any_ttl_is_clamped) {
  const auto anna = add_due_user("anna");
  settle();
  schedules().release_held_by({kDispatcher});
  set_clock(48h);
  const auto lost = claim_one();
  set_clock(-48h);
  EXPECT_THAT(claim(), IsEmpty());
  EXPECT_LE(row(anna).locked_until, now() + kLockTtl);
  EXPECT_TRUE(start(lost)) << "authority is a matter of fences, not of clocks";
}

TEST_P(ClockJumpTest, a_process_finds_what_was_left_before_it_started) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 24h * 400);
  const auto another = open_another();
  another->schedules().claim_due({10, kDispatcher, kLockTtl});
  EXPECT_LE(row(anna).next_run_at, now() + 5min);
}

TEST_P(ClockJumpTest, looks_in_steps_until_everything_is_repaired) {
  std::vector<domain::UserId> crowd;
  for (int i = 0; i < 25; ++i) crowd.push_back(add_user("user" + std::to_string(i)));
  database_->execute("UPDATE UserMonitorSchedule SET nextRunAt = " + database_->literal(now() + 24h * 30));
  // More rows of one and the same time than one step looks at.
  std::string rows;
  for (int i = 0; i < 1500; ++i) {
    const auto id = "x" + std::to_string(i);
    database_->execute("INSERT INTO User (id, email) VALUES ('" + id + "', '" + id + "')");
    rows += (i ? ", ('" : "('") + id + "', '" + id + "', " + database_->literal(now() + 24h * 60) + ")";
  }
  database_->execute("INSERT INTO UserMonitorSchedule (id, userId, nextRunAt) VALUES " + rows);
  const auto another = open_another();
  for (int step = 0; step < 3; ++step) another->schedules().claim_due({1, kDispatcher, kLockTtl});
  EXPECT_EQ(database_->count("UserMonitorSchedule WHERE nextRunAt > " + database_->literal(now() + 6min)), 0);
  another->schedules().claim_due({1, kDispatcher, kLockTtl});
}

TEST_P(ClockJumpTest, what_somebody_else_changes_meanwhile_is_not_put_back) {
  const auto anna = add_user("anna");
  set_slot(anna, now() + 24h * 400);
  const auto another = open_another();
  another->ping();
  database_->execute("BEGIN");
  set_slot(anna, now() + 2min);
  std::thread process([&] { another->schedules().claim_due({10, kDispatcher, kLockTtl}); });
  if (database_->is_shared())
    support::wait_for("the repair waits for the row", [&] {
      return database_->count(
                 "information_schema.processlist WHERE info LIKE 'UPDATE UserMonitorSchedule%'") > 0;
    });
  database_->execute("COMMIT");
  process.join();
  EXPECT_EQ(row(anna).next_run_at, now() + 2min);
}

TEST_P(ClockJumpTest, a_slow_answer_is_no_jump_and_hides_none) {
  base::Millis delay = 0ms;
  const SlowClock slow(clock_, delay);
  const auto another = database_->open(slow, 5s);
  const auto claim_there = [&] { another->schedules().claim_due({10, kDispatcher, kLockTtl}); };
  const auto anna = add_user("anna");
  claim_there();
  // Nothing but a jump would make it look at a slot so near.
  const auto slot = now() + 20min;
  set_slot(anna, slot);
  delay = 3s;
  claim_there();
  delay = 0ms;
  claim_there();
  EXPECT_EQ(row(anna).next_run_at, slot);
  delay = 3s;
  set_clock(-4s);
  claim_there();
  delay = 0ms;
  claim_there();
  EXPECT_LE(row(anna).next_run_at, now() + 5min);
}

TEST_P(ClockJumpTest, plausible_leases_and_slots_stay_as_they_are) {
  const auto anna = add_user("anna", 1440);
  set_slot(anna, now() + 23h);
  const auto bela = add_due_user("bela");
  const auto round = start_one();
  const auto before_anna = row(anna), before_bela = row(bela);
  const auto another = open_another();
  another->schedules().claim_due({10, kDispatcher, kLockTtl});
  clock_.advance(1s);
  set_clock(-5s);
  another->schedules().claim_due({10, kDispatcher, kLockTtl});
  EXPECT_EQ(row(anna).next_run_at, before_anna.next_run_at);
  EXPECT_EQ(row(bela).locked_until, before_bela.locked_until);
  EXPECT_TRUE(finish(round).recorded);
}

}  // namespace
}  // namespace watchbill::contract
