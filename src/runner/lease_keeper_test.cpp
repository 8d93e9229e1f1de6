#include "runner/lease_keeper.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::runner {
namespace {

using namespace std::chrono_literals;
constexpr base::Millis kLease = 300ms;

class LeaseKeeperTest : public testing::Test {
 protected:
  LeaseKeeperTest() {
    anna_ = database_.add_due_user("anna");
    auto& schedules = database_.store().schedules();
    const auto claim = schedules.claim_due({1, "dispatcher-test", 900s}).at(0);
    ref_ = {claim.user_id, claim.fence};
    schedules.start({"worker-test", kLease, {ref_}});
    reactor_.run(keeper_.start());
  }
  ~LeaseKeeperTest() override { reactor_.run(keeper_.stop()); }

  LeaseKeeper::Held hold() {
    return keeper_.hold(ref_, clock_.monotonic_now(), [this] { ++lost_; });
  }

  base::SystemClock clock_;
  support::Reactor reactor_;  // outlives the store, whose thread posts to it
  support::TempStore database_{clock_};
  domain::UserId anna_;
  store::ClaimRef ref_;
  int lost_ = 0;
  LeaseKeeper keeper_{database_.async(), clock_, reactor_.executor(), kLease};
};

TEST_F(LeaseKeeperTest, renews_a_lease_far_beyond_its_length) {
  const auto lease = hold();
  const auto until = clock_.monotonic_now() + 2 * kLease;
  reactor_.run_until([&] { return clock_.monotonic_now() > until; });
  EXPECT_FALSE(lease->lost());
  // On the store's own thread: a renewal may be under way.
  const auto schedule = reactor_.run(
      database_.async().run([user = anna_](store::Store& store) { return *store.schedules().find(user); }));
  EXPECT_GT(schedule.locked_until, clock_.now());
}

TEST_F(LeaseKeeperTest, gives_up_when_somebody_else_claimed) {
  const auto lease = hold();
  database_.store().schedules().release_held_by({"worker-test"});
  ASSERT_EQ(database_.store().schedules().claim_due({1, "dispatcher-other", 900s}).size(), 1u);
  reactor_.run_until([&] { return lost_ > 0; });
  EXPECT_TRUE(lease->lost());
  EXPECT_EQ(lost_, 1);
}

TEST_F(LeaseKeeperTest, gives_up_before_the_lease_ends_when_the_database_hangs) {
  std::promise<void> unblock;
  base::asio::co_spawn(
      reactor_.context(),
      database_.async().run([gate = unblock.get_future().share()](store::Store&) { gate.wait(); }),
      [](std::exception_ptr) {});
  const auto obtained_at = clock_.monotonic_now();
  const auto lease = hold();
  reactor_.run_until([&] { return lost_ > 0; });
  EXPECT_LT(clock_.monotonic_now() - obtained_at, kLease) << "while nobody else can have it yet";
  unblock.set_value();
}

TEST_F(LeaseKeeperTest, forgets_a_lease_that_was_let_go) {
  hold().reset();
  database_.store().schedules().release_held_by({"worker-test"});
  const auto until = clock_.monotonic_now() + kLease;
  reactor_.run_until([&] { return clock_.monotonic_now() > until; });
  EXPECT_EQ(lost_, 0);
}

}  // namespace
}  // namespace watchbill::runner
