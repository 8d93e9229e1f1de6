#include "store/busy_patience.h"

#include <gtest/gtest.h>

namespace watchbill::store {
namespace {

using namespace std::chrono_literals;
using base::Millis;

// A lock that stays held; time moves by what is slept.
class BusyPatienceTest : public testing::Test {
 protected:
  Millis wait_until_given_up() {
    const auto began = now_;
    for (int tries = 0; const auto sleep = patience_.next_sleep(tries, now_); ++tries) now_ += *sleep;
    return std::chrono::duration_cast<Millis>(now_ - began);
  }

  base::Monotonic now_{1h};
  BusyPatience patience_{5s};
};

TEST_F(BusyPatienceTest, the_first_waits_the_full_limit) {
  const auto waited = wait_until_given_up();
  EXPECT_GE(waited, 5s);
  EXPECT_LE(waited, 5s + 10ms);
}

TEST_F(BusyPatienceTest, those_queued_behind_it_hardly_wait) {
  wait_until_given_up();
  Millis behind{0};
  for (int i = 0; i < 50; ++i) behind += wait_until_given_up();
  EXPECT_GE(behind, 5s);
  EXPECT_LE(behind, 6s);
}

TEST_F(BusyPatienceTest, a_while_later_the_full_limit_holds_again) {
  wait_until_given_up();
  now_ += 2s;
  EXPECT_GE(wait_until_given_up(), 5s);
}

TEST_F(BusyPatienceTest, waits_that_succeed_do_not_add_up) {
  for (int i = 0; i < 100; ++i) {
    for (int tries = 0; tries < 20; ++tries) {
      const auto sleep = patience_.next_sleep(tries, now_);
      ASSERT_TRUE(sleep);
      EXPECT_LE(*sleep, 1ms);
      now_ += *sleep;
    }
  }
}

}  // namespace
}  // namespace watchbill::store
