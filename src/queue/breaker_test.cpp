#include "queue/breaker.h"

#include <gtest/gtest.h>

namespace watchbill::queue {
namespace {

using namespace std::chrono_literals;

class BreakerTest : public testing::Test {
 protected:
  bool succeed_after(base::Millis time) { return breaker_.check_succeeded(now_ += time); }

  base::Monotonic now_{};
  Breaker breaker_{{.recovery = 5s, .failures = 2}};
};

TEST_F(BreakerTest, one_check_that_fails_is_forgiven) {
  EXPECT_FALSE(breaker_.check_failed());
  succeed_after(1s);
  EXPECT_FALSE(breaker_.check_failed());
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(breaker_.check_failed());
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_FALSE(breaker_.check_failed()) << "told once";
}

TEST_F(BreakerTest, a_command_that_fails_opens_it_at_once) {
  EXPECT_TRUE(breaker_.command_failed(now_));
  EXPECT_FALSE(breaker_.command_failed(now_));
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(BreakerTest, closes_only_after_it_was_healthy_for_a_while_without_a_break) {
  breaker_.command_failed(now_);
  EXPECT_FALSE(succeed_after(1s));
  EXPECT_FALSE(succeed_after(4s));
  breaker_.check_failed();
  EXPECT_FALSE(succeed_after(1s)) << "counted from anew";
  EXPECT_FALSE(succeed_after(4999ms));
  EXPECT_TRUE(succeed_after(1ms));
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(BreakerTest, that_flaps_stays_open) {
  breaker_.command_failed(now_);
  for (int i = 0; i < 100; ++i) {
    succeed_after(4s);
    breaker_.check_failed();
  }
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(BreakerTest, a_failed_command_while_it_recovers_begins_anew) {
  breaker_.command_failed(now_);
  succeed_after(1s);
  breaker_.command_failed(now_);
  EXPECT_FALSE(succeed_after(5s));
}

TEST_F(BreakerTest, whose_checks_do_not_see_what_is_wrong_waits_longer_each_time) {
  const auto recovers_after = [this](base::Millis time) {
    breaker_.command_failed(now_);
    succeed_after(1s);
    const bool early = succeed_after(time - 1ms);
    return !early && succeed_after(1ms);
  };
  EXPECT_TRUE(recovers_after(5s));
  EXPECT_TRUE(recovers_after(10s));
  EXPECT_TRUE(recovers_after(20s));
  now_ += 5min;
  EXPECT_TRUE(recovers_after(5s)) << "it was well for a while";
}

}  // namespace
}  // namespace watchbill::queue
