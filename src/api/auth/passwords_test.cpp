#include "api/auth/passwords.h"

#include <gtest/gtest.h>

#include "api/refusal.h"
#include "tests/support/reactor.h"

namespace watchbill::api {
namespace {

TEST(Passwords, a_hash_knows_its_password_only) {
  const auto hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_NE(hash, hash_password("correct horse")) << "salted";
  EXPECT_FALSE(needs_rehash(hash));
}

TEST(Passwords, hashes_of_other_strength_are_renewed) {
  EXPECT_TRUE(needs_rehash(
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$5YVZfRzPBiEiLpVCFb7v4tncyGSvY4u0hBduduJCJzo"));
}

base::Task<bool> verify(PasswordHasher& hasher, std::string hash, std::string password) {
  co_return co_await hasher.verify(std::move(hash), std::move(password));
}

TEST(PasswordHasher, an_absent_user_is_never_right_and_costs_the_same) {
  support::Reactor reactor;
  PasswordHasher hasher;
  EXPECT_TRUE(reactor.run(verify(hasher, hash_password("x"), "x")));
  EXPECT_FALSE(reactor.run(verify(hasher, "", "x")));
  EXPECT_FALSE(needs_rehash(std::string(PasswordHasher::nobody()))) << "the stand-in has today's parameters";
}

TEST(PasswordHasher, refuses_when_too_many_wait) {
  support::Reactor reactor;
  PasswordHasher hasher;
  const auto hash = hash_password("x");
  constexpr int kMany = 40;
  int right = 0, busy = 0;
  for (int i = 0; i < kMany; ++i)
    base::asio::co_spawn(reactor.context(), verify(hasher, hash, "x"), [&](std::exception_ptr error, bool) {
      try {
        if (error) std::rethrow_exception(error);
        ++right;
      } catch (const Refusal& refusal) {
        EXPECT_EQ(refusal.status, 503);
        EXPECT_EQ(refusal.code, "hashing_busy");
        ++busy;
      }
    });
  reactor.run_until([&] { return right + busy == kMany; });
  EXPECT_EQ(right, static_cast<int>(PasswordHasher::kAtOnce + PasswordHasher::kWaiting));
  EXPECT_TRUE(reactor.run(verify(hasher, hash, "x"))) << "places are given back";
}

}  // namespace
}  // namespace watchbill::api
