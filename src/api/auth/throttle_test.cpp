#include "api/auth/throttle.h"

#include <gtest/gtest.h>

#include "api/refusal.h"

namespace watchbill::api {
namespace {

using std::chrono::seconds;

class SignInThrottleTest : public testing::Test {
 protected:
  // Zero: the attempt may be made (and is counted); else what Retry-After says.
  seconds attempt(const std::string& account, const std::string& address) {
    try {
      throttle_.attempt(account, address);
      return seconds(0);
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.status, 429);
      EXPECT_GT(refusal.retry_after.value(), seconds(0));
      return *refusal.retry_after;
    }
  }
  int attempts_until_refused(const std::string& account, const std::string& address) {
    int count = 0;
    while (attempt(account, address) == seconds(0)) ++count;
    return count;
  }
  void wait(seconds time) { clock_.advance(time); }
  static std::string account(int n) { return "user" + std::to_string(n) + "@example.org"; }
  static std::string address(int n) { return "192.0.2." + std::to_string(n); }

  base::ManualClock clock_{base::from_epoch_ms(0)};
  SignInThrottle throttle_{clock_};
};

TEST_F(SignInThrottleTest, one_account_from_one_address) {
  EXPECT_EQ(attempts_until_refused(account(1), address(1)), 5);
  EXPECT_EQ(attempt(account(2), address(1)), seconds(0)) << "another account from there";
  EXPECT_EQ(attempt(account(1), address(2)), seconds(0)) << "the same account from elsewhere";
}

TEST_F(SignInThrottleTest, what_is_refused_pushes_nothing_out) {
  attempts_until_refused(account(0), address(1));
  for (int n = 1; attempt(account(n), address(1)) == seconds(0);) ++n;
  for (int n = 0; n < 20'000; ++n) attempt(account(n), address(1));
  wait(seconds(10));  // one more attempt for the address, none for the pair
  EXPECT_NE(attempt(account(0), address(1)), seconds(0));
}

TEST_F(SignInThrottleTest, attempts_come_back_with_time) {
  attempts_until_refused(account(1), address(1));
  const auto retry_after = attempt(account(1), address(1));
  wait(retry_after - seconds(1));
  EXPECT_NE(attempt(account(1), address(1)), seconds(0));
  wait(seconds(1));
  EXPECT_EQ(attempt(account(1), address(1)), seconds(0));
}

TEST_F(SignInThrottleTest, many_accounts_from_one_address) {
  int allowed = 0;
  for (int n = 0; n < 100; ++n) allowed += attempt(account(n), address(1)) == seconds(0);
  EXPECT_EQ(allowed, 20);
}

TEST_F(SignInThrottleTest, one_account_from_many_addresses) {
  int allowed = 0;
  for (int n = 0; n < 100; ++n) allowed += attempt(account(1), address(n)) == seconds(0);
  EXPECT_EQ(allowed, 30);
}

TEST_F(SignInThrottleTest, the_owner_is_not_locked_out_by_others) {
  attempt(account(1), address(200));
  throttle_.succeeded(account(1), address(200));
  for (int n = 0; n < 100; ++n) attempt(account(1), address(n));
  EXPECT_NE(attempt(account(1), address(150)), seconds(0));
  EXPECT_EQ(attempt(account(1), address(200)), seconds(0));
}

TEST_F(SignInThrottleTest, right_passwords_do_not_count) {
  for (int n = 0; n < 100; ++n) {
    ASSERT_EQ(attempt(account(1), address(1)), seconds(0));
    throttle_.succeeded(account(1), address(1));
  }
}

TEST_F(SignInThrottleTest, attempts_made_at_once_all_count) {
  // None of them has an outcome yet.
  EXPECT_EQ(attempts_until_refused(account(1), address(1)), 5);
}

TEST(ThrottledAddress, is_what_one_customer_has) {
  EXPECT_EQ(throttled_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address("2001:db8:1:2:3:4:5:6"), throttled_address("2001:db8:1:2:ffff::1"));
  EXPECT_NE(throttled_address("2001:db8:1:2::1"), throttled_address("2001:db8:1:3::1"));
}

TEST(AttemptBuckets, keep_to_their_memory) {
  AttemptBuckets buckets({.capacity = 1, .refill = seconds(10), .max_keys = 2});
  const base::Monotonic now{};
  for (const char* key : {"a", "b", "c"}) buckets.take(key, now);
  EXPECT_GT(buckets.wait("c", now), seconds(0));
  EXPECT_GT(buckets.wait("b", now), seconds(0));
  EXPECT_EQ(buckets.wait("a", now), seconds(0)) << "pushed out by c";
}

TEST(RecentKeys, forget_the_oldest) {
  RecentKeys keys(2);
  for (const char* key : {"a", "b", "a", "c"}) keys.add(key);
  EXPECT_FALSE(keys.contains("a"));
  EXPECT_TRUE(keys.contains("b"));
  EXPECT_TRUE(keys.contains("c"));
}

}  // namespace
}  // namespace watchbill::api
