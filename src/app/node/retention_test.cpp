#include "app/node/retention.h"

#include <gtest/gtest.h>

#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;

class RetentionTest : public testing::Test {
 protected:
  void add_round(const domain::UserId& user) {
    auto& schedules = temp_.store().schedules();
    const auto claims = schedules.claim_due({.limit = 1, .owner = "dispatcher-test", .lock_ttl = 1min});
    ASSERT_EQ(claims.size(), 1u);
    schedules.start({"worker-test", 1min, {{user, claims[0].fence}}});
    store::FinishedRound finished;
    finished.round.user_id = user;
    finished.round.slot = claims[0].slot;
    finished.round.fence = claims[0].fence;
    finished.round.started_at = finished.round.finished_at = clock_.now();
    ASSERT_TRUE(schedules.finish({finished})[0].recorded);
  }

  // On the store's thread: the service uses it at the same time.
  std::size_t rounds_left(const domain::UserId& user) {
    auto work = [user](store::Store& store) { return store.monitors().rounds({.user_id = user}).size(); };
    return reactor_.run(temp_.async().run(std::move(work)));
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  support::TempStore temp_{clock_};
};

TEST_F(RetentionTest, RemovesWhatIsOldInSmallBatches) {
  std::vector<domain::UserId> users;
  for (const auto* name : {"ada", "bo", "cy"}) {
    users.push_back(temp_.add_due_user(name));
    add_round(users.back());
  }
  RetentionOptions options;
  options.rounds = std::chrono::days(-1);  // everything up to tomorrow is old
  options.first_after = options.pause = 0ms;
  options.batch = 1;
  Retention retention(temp_.async(), clock_, reactor_.executor(), options);
  reactor_.run(retention.start());
  const auto patience = std::chrono::steady_clock::now() + 20s;
  std::size_t left = users.size();
  while (left > 0 && std::chrono::steady_clock::now() < patience) {
    left = 0;
    for (const auto& user : users) left += rounds_left(user);
  }
  EXPECT_EQ(left, 0u);
  reactor_.run(retention.stop());
}

TEST_F(RetentionTest, KeepsWhatIsNot) {
  const auto user = temp_.add_due_user("ada");
  add_round(user);
  RetentionOptions options;
  options.first_after = options.pause = 0ms;
  options.every = 1ms;
  Retention retention(temp_.async(), clock_, reactor_.executor(), options);
  reactor_.run(retention.start());
  for (int look = 0; look < 20; ++look) EXPECT_EQ(rounds_left(user), 1u);
  reactor_.run(retention.stop());
}

// Reads from the store's and from the reactor's thread.
class JumpingClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return system_.now() + ahead_.load(); }
  base::Monotonic monotonic_now() const override { return system_.monotonic_now(); }
  void jump(base::Millis by) { ahead_ = by; }

 private:
  base::SystemClock system_;
  std::atomic<base::Millis> ahead_{base::Millis(0)};
};

TEST_F(RetentionTest, RemovesNothingByAClockThatJumpedAhead) {
  const auto user = temp_.add_due_user("ada");
  add_round(user);
  JumpingClock clock;
  RetentionOptions options;
  options.first_after = options.pause = 0ms;
  options.every = 1ms;
  Retention retention(temp_.async(), clock, reactor_.executor(), options);
  reactor_.run(retention.start());
  EXPECT_EQ(rounds_left(user), 1u);
  clock.jump(std::chrono::days(400));
  for (int look = 0; look < 50; ++look) EXPECT_EQ(rounds_left(user), 1u);
  reactor_.run(retention.stop());
}

TEST_F(RetentionTest, StopsAtOnceWhileItWaits) {
  Retention retention(temp_.async(), clock_, reactor_.executor(), {});
  reactor_.run(retention.start());
  const auto before = std::chrono::steady_clock::now();
  reactor_.run(retention.stop());
  reactor_.run(retention.stop());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

}  // namespace
}  // namespace watchbill::app
