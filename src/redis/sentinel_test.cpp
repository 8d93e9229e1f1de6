// Sentinel: finding the master, and following it.
#include "redis/testing/redis_fixture.h"
#include "tests/support/redis_topologies.h"

namespace watchbill::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

class SentinelTest : public RedisFixture {
 protected:
  // Its clients keep their connections, unless Sentinel does it.
  void demote_master() {
    support::wait_for("it is replicated", [this] {
      return servers_.master().info("master_repl_offset") == servers_.replica().info("slave_repl_offset");
    });
    servers_.sentinel().ask("SENTINEL", "FAILOVER", "main");
    const auto to = servers_.replica().port();
    support::wait_for("the sentinel names the other", [&] { return servers_.named_port() == to; });
    servers_.master().ask("REPLICAOF", "127.0.0.1", std::to_string(to));
  }

  support::RedisSentinel servers_;
};

TEST_F(SentinelTest, the_master_is_found_also_behind_a_sentinel_that_is_gone) {
  const auto gone = std::to_string(support::free_port());
  use("redis-sentinel://127.0.0.1:" + gone + ",127.0.0.1:" + std::to_string(servers_.sentinel().port()) +
      "/main/1");
  EXPECT_EQ(ask("SET", "a", "1"), "OK");
  EXPECT_EQ(servers_.master().info("db1"), "keys=1,expires=0,avg_ttl=0");
}

TEST_F(SentinelTest, a_master_that_nobody_knows_is_told) {
  const auto gone = std::to_string(support::free_port()),
             sentinel = std::to_string(servers_.sentinel().port());
  use("redis-sentinel://127.0.0.1:" + gone + ",127.0.0.1:" + sentinel + "/other");
  EXPECT_THAT(problem(), AllOf(HasSubstr("no sentinel names the master \"other\"; "),
                               HasSubstr("no connection to 127.0.0.1:" + gone + ": Connection refused"),
                               HasSubstr("127.0.0.1:" + sentinel + ": it does not know it")));
}

TEST_F(SentinelTest, a_server_in_the_place_of_a_sentinel_is_told) {
  use("redis-sentinel://127.0.0.1:" + std::to_string(servers_.master().port()) + "/main");
  EXPECT_THAT(problem(), HasSubstr("ERR unknown command 'SENTINEL'"));
}

TEST_F(SentinelTest, calls_follow_the_master_after_its_death) {
  use(servers_.url());
  EXPECT_EQ(ask("SET", "a", "1"), "OK");
  support::wait_for("it is replicated", [this] { return servers_.replica().ask("EXISTS", "a") == "1"; });
  servers_.master().kill();
  const Command set("SET", "a", "2");
  reactor_.run_until([this] { return !client_->status().connected; });
  const auto waiting = begin(set, 20000);
  EXPECT_EQ(end(waiting).text(), "OK");
  EXPECT_EQ(servers_.named_port(), servers_.replica().port());
  EXPECT_EQ(servers_.replica().ask("GET", "a"), "2");
}

TEST_F(SentinelTest, calls_follow_the_master_after_its_demotion) {
  use(servers_.url());
  const Command add("RPUSH", "list", "x");
  EXPECT_EQ(number(add), 1);
  demote_master();
  EXPECT_EQ(number(add), 2) << "READONLY, and then asked of the other";
  EXPECT_EQ(servers_.replica().ask("LLEN", "list"), "2");
}

TEST_F(SentinelTest, a_call_that_blocks_follows_the_master_after_its_demotion) {
  use(servers_.url());
  wait_ready();
  const Command waits("BLPOP", "list", 0);
  const auto blocked = begin(waits, 20000);
  support::wait_for("the master blocks", [this] {
    reactor_.run_ready();
    return servers_.master().info("blocked_clients") == "1";
  });
  demote_master();
  reactor_.run_until([this] { return client_->status().connects == 2; });
  servers_.replica().ask("RPUSH", "list", "x");
  EXPECT_TRUE(end(blocked).reply) << end(blocked).error->what();
}

TEST_F(SentinelTest, stop_does_not_wait_for_a_sentinel_that_hangs) {
  servers_.sentinel().pause();
  use(servers_.url());
  reactor_.run_ready();
  const auto begun = clock_.monotonic_now();
  reactor_.run(client_->stop());
  EXPECT_LT(clock_.monotonic_now() - begun, base::Millis(500));
  servers_.sentinel().resume();
}

}  // namespace
}  // namespace watchbill::redis
