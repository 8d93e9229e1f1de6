#include "domain/schedule.h"

#include <gtest/gtest.h>

#include "base/id.h"

namespace watchbill::domain {
namespace {

using base::from_epoch_ms;
using base::Timestamp;
using namespace std::chrono_literals;

const Timestamp kNoon = *base::parse_iso8601("2026-01-01T12:00:00.000Z");

TEST(NextSlot, is_one_interval_on_when_the_round_was_quick) {
  const auto next = next_slot(kNoon, 5, kNoon + 3s);
  EXPECT_EQ(next.slot, kNoon + 5min);
  EXPECT_EQ(next.missed, 0);
}

TEST(NextSlot, does_not_add_the_time_spent_running) {
  EXPECT_EQ(next_slot(kNoon, 5, kNoon + 4min + 59s + 999ms).slot, kNoon + 5min);
}

TEST(NextSlot, counts_slots_that_passed_meanwhile) {
  const auto exactly = next_slot(kNoon, 5, kNoon + 5min);
  EXPECT_EQ(exactly.slot, kNoon + 10min);
  EXPECT_EQ(exactly.missed, 1);
  const auto downtime = next_slot(kNoon, 1, kNoon + 24h + 1ms);
  EXPECT_EQ(downtime.slot, kNoon + 24h + 1min);
  EXPECT_EQ(downtime.missed, 24 * 60);
}

TEST(NextSlot, clamps_a_slot_that_a_clock_jump_left_in_the_future) {
  EXPECT_EQ(next_slot(kNoon + 48h, 5, kNoon).slot, kNoon + 5min);
  EXPECT_EQ(next_slot(kNoon + 2min, 5, kNoon).slot, kNoon + 7min);
}

TEST(NextSlot, is_always_after_now_and_within_one_interval_of_it) {
  for (int interval : {1, 7, 1440})
    for (std::int64_t late : {0LL, 1LL, 59'999LL, 60'000LL, 419'999LL, 86'400'000LL, 100'000'000'000LL}) {
      const auto now = kNoon + base::Millis(late);
      const auto next = next_slot(kNoon, interval, now);
      EXPECT_GT(next.slot, now);
      EXPECT_LE(next.slot, now + std::chrono::minutes(interval));
      EXPECT_EQ((next.slot - kNoon) % std::chrono::minutes(interval), 0ms);
      EXPECT_EQ(next.missed, (next.slot - kNoon) / std::chrono::minutes(interval) - 1);
    }
}

TEST(FirstSlot, lies_within_one_interval_and_differs_between_users) {
  int first_half = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto slot = first_slot(base::new_id(), 5, kNoon);
    EXPECT_GT(slot, kNoon);
    EXPECT_LE(slot, kNoon + 5min);
    first_half += slot < kNoon + 150s;
  }
  EXPECT_NEAR(first_half, 500, 100);
}

TEST(FirstSlot, is_the_same_phase_whenever_it_is_asked) {
  const auto id = base::new_id();
  const auto slot = first_slot(id, 5, kNoon);
  EXPECT_EQ(first_slot(id, 5, kNoon + 1h), slot + 1h);
}

TEST(SlotAfterEdit, keeps_a_slot_that_the_new_interval_reaches) {
  EXPECT_EQ(slot_after_edit(kNoon + 3min, 5, kNoon), kNoon + 3min);
  EXPECT_EQ(slot_after_edit(kNoon - 1s, 5, kNoon), kNoon - 1s);
}

TEST(SlotAfterEdit, comes_closer_by_whole_intervals) {
  const auto next = slot_after_edit(kNoon + 23h + 17s, 5, kNoon);
  EXPECT_GT(next, kNoon);
  EXPECT_LE(next, kNoon + 5min);
  EXPECT_EQ((kNoon + 23h + 17s - next) % 5min, 0ms);
}

}  // namespace
}  // namespace watchbill::domain
