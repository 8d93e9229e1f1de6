// Commits whose reply is lost: what is true afterwards is read from the database, by fence.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "store/testing/mysql_fixture.h"
#include "tests/support/byte_proxy.h"
#include "tests/support/reactor.h"

namespace watchbill::store {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A way to the server that ends at a COMMIT, once. The store blocks: the way has a thread of its own.
class FailingWay {
 private:
  static constexpr const char* kCommit = "COMMIT";

  template <class Action>
  auto with_proxy(Action action) {
    return boost::asio::post(reactor_.context(), std::packaged_task<decltype(action())()>(action)).get();
  }

 public:
  explicit FailingWay(std::uint16_t target) : proxy_(reactor_.executor(), target) {
    proxy_.start();
    thread_ = std::thread([this] { reactor_.context().run(); });
  }
  ~FailingWay() {
    boost::asio::co_spawn(reactor_.context(), proxy_.stop(), boost::asio::use_future).get();
    thread_.join();
  }

  std::uint16_t port() const { return proxy_.port(); }
  // How often it had to be taken again.
  std::size_t failures() {
    return with_proxy([this] { return proxy_.accepted() - 1; });
  }
  void lose_reply() {
    with_proxy([this] { proxy_.cut_after(kCommit); });
  }
  void lose_commit() {
    with_proxy([this] { proxy_.cut_before(kCommit); });
  }

 private:
  support::Reactor reactor_;
  support::ByteProxy proxy_;
  std::thread thread_;
};

class LostReplyTest : public testing::MysqlFixture {
 protected:
  LostReplyTest() { add_due_users(3); }
  void TearDown() override { EXPECT_EQ(way_.failures(), losses_) << "a COMMIT was lost each time"; }

  void lose_reply() {
    way_.lose_reply();
    ++losses_;
  }
  void lose_commit() {
    way_.lose_commit();
    ++losses_;
  }

  std::string url_of_way() const {
    auto result = url();
    const auto port = std::to_string(server_.port());
    return result.replace(result.rfind(port), port.size(), std::to_string(way_.port()));
  }
  std::vector<domain::Claim> claim_far() { return claim(far_); }
  std::vector<domain::StartedRound> start_far(const std::vector<domain::Claim>& claims) {
    return start(far_, claims);
  }
  bool finish_far(const std::vector<FinishedRound>& rounds) {
    for (const auto& result : far_.finish(rounds))
      if (!result.recorded) return false;
    return true;
  }
  template <class Call>
  void expect_unknown(Call call) {
    try {
      call();
      ADD_FAILURE() << "nobody could know";
    } catch (const Unavailable& e) {
      EXPECT_TRUE(e.outcome_unknown) << e.what();
    }
  }

  std::size_t losses_ = 0;
  FailingWay way_{server_.port()};
  Database far_database_{StoreOptions{.url = url_of_way(), .busy_timeout = 2s}};
  Schedules far_{far_database_};
};

TEST_F(LostReplyTest, claims_that_were_committed_are_kept) {
  lose_reply();
  const auto claims = claim_far();
  ASSERT_THAT(claims, SizeIs(3));
  EXPECT_EQ(count("UserMonitorSchedule WHERE fence = 1 AND lockedBy = 'dispatcher-1'"), "3");
  EXPECT_THAT(start_far(claims), SizeIs(3));
}

TEST_F(LostReplyTest, claims_that_were_not_committed_are_none) {
  lose_commit();
  EXPECT_THAT(claim_far(), IsEmpty());
  EXPECT_EQ(count("UserMonitorSchedule WHERE fence > 0 OR lockedBy IS NOT NULL"), "0");
  EXPECT_THAT(start_far(claim_far()), SizeIs(3));
}

TEST_F(LostReplyTest, rounds_whose_start_was_committed_are_run) {
  const auto claims = claim_far();
  lose_reply();
  EXPECT_THAT(start_far(claims), SizeIs(3));
  EXPECT_EQ(count("UserMonitorSchedule WHERE startedFence = 1 AND lockedBy = 'worker-1'"), "3");
  EXPECT_THAT(start_far(claims), IsEmpty()) << "each is started once";
}

TEST_F(LostReplyTest, rounds_whose_start_was_not_committed_are_not_run) {
  const auto claims = claim_far();
  lose_commit();
  EXPECT_THAT(start_far(claims), IsEmpty());
  EXPECT_EQ(count("UserMonitorSchedule WHERE startedFence = 0 AND lockedBy = 'dispatcher-1'"), "3");
  EXPECT_THAT(start_far(claims), SizeIs(3)) << "the claims are still good";
}

TEST_F(LostReplyTest, an_ordered_round_runs_if_its_start_was_committed) {
  const ClaimAndStart order{"u1", "worker-1", 60s, false};
  lose_commit();
  expect_unknown([&] { far_.claim_and_start(order); });
  EXPECT_EQ(count("UserMonitorSchedule WHERE fence > 0"), "0");
  lose_reply();
  const auto result = far_.claim_and_start(order);
  ASSERT_TRUE(std::holds_alternative<domain::StartedRound>(result));
  EXPECT_TRUE(finish_far(finished({std::get<domain::StartedRound>(result)})));
}

TEST_F(LostReplyTest, a_finish_that_is_repeated_is_recorded_once) {
  const auto rounds = finished(start_far(claim_far()));
  lose_commit();
  expect_unknown([&] { finish_far(rounds); });
  EXPECT_EQ(count("MonitorRound"), "0");
  lose_reply();
  expect_unknown([&] { finish_far(rounds); });
  support::wait_for("the server has committed", [&] { return count("MonitorRound") == "3"; });
  EXPECT_EQ(count("UserMonitorSchedule WHERE lockedUntil IS NULL AND nextRunAt > UTC_TIMESTAMP()"), "3");
  EXPECT_TRUE(finish_far(rounds));
  EXPECT_EQ(count("MonitorRound"), "3");
}

}  // namespace
}  // namespace watchbill::store
