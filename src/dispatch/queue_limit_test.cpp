#include "dispatch/queue_limit.h"

#include <gtest/gtest.h>

namespace watchbill::dispatch {
namespace {

using namespace std::chrono_literals;
const base::Monotonic kStart{1h};

TEST(QueueLimit, is_what_the_operator_says) {
  QueueLimit limit(50, 1000, 900s);
  limit.observe(kStart, 0, 0);
  limit.observe(kStart + 10s, 100'000, 1);
  EXPECT_TRUE(limit.allows(49));
  EXPECT_FALSE(limit.allows(50));
}

TEST(QueueLimit, is_the_floor_until_something_was_measured) {
  const QueueLimit limit(std::nullopt, 1000, 900s);
  EXPECT_EQ(limit.limit(), 1000);
}

TEST(QueueLimit, is_what_starts_within_half_the_lock_time) {
  QueueLimit limit(std::nullopt, 1000, 900s);
  limit.observe(kStart, 0, 10);
  limit.observe(kStart + 10s, 100, 10);
  EXPECT_EQ(limit.limit(), 4500) << "10 a second for 450 s";
}

TEST(QueueLimit, falls_when_workers_get_slower_but_not_while_idle) {
  QueueLimit limit(std::nullopt, 1, 900s);
  limit.observe(kStart, 0, 10);
  limit.observe(kStart + 10s, 100, 10);
  limit.observe(kStart + 20s, 100, 0);
  EXPECT_EQ(limit.limit(), 4500);
  limit.observe(kStart + 30s, 100, 10);
  EXPECT_EQ(limit.limit(), 2250);
}

TEST(QueueLimit, survives_a_queue_that_starts_anew) {
  QueueLimit limit(std::nullopt, 10, 900s);
  limit.observe(kStart, 5000, 0);
  limit.observe(kStart + 10s, 0, 0);
  EXPECT_EQ(limit.limit(), 10);
  limit.observe(kStart + 20s, 100, 0);
  EXPECT_EQ(limit.limit(), 4500);
}

}  // namespace
}  // namespace watchbill::dispatch
