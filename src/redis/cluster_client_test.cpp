// A cluster of three masters.
#include "redis/cluster_client.h"

#include "redis/slot.h"
#include "redis/testing/redis_fixture.h"
#include "redis/testing/scripts.h"
#include "tests/support/redis_topologies.h"

namespace watchbill::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

// A key with this tag belongs to the master.
std::string tag_of(std::size_t master) {
  for (int number = 0;; ++number)
    if (const auto tag = "{q" + std::to_string(number) + "}";
        support::RedisCluster::owner(slot_of(tag)) == master)
      return tag;
}

class ClusterClientTest : public RedisFixture {
 protected:
  support::RedisServer& owner(std::string_view key) {
    return cluster_.node(support::RedisCluster::owner(slot_of(key)));
  }
  support::RedisCluster cluster_;
};

TEST_F(ClusterClientTest, slots_are_the_servers_own) {
  for (const char* key : {"", "a", "foo", "{foo}:wait", "bull:{x}:1", "{}a", "{{b}}", "{c", "123456789"})
    EXPECT_EQ(cluster_.node(0).ask("CLUSTER", "KEYSLOT", key), std::to_string(slot_of(key))) << key;
}

TEST_F(ClusterClientTest, commands_and_scripts_reach_the_node_of_their_key) {
  use(cluster_.url());
  for (int turn = 0; turn < 60; ++turn) {
    const auto key = "{q" + std::to_string(turn) + "}";
    EXPECT_EQ(ask("SET", key, turn), "OK");
    EXPECT_EQ(owner(key).ask("GET", key), std::to_string(turn));
    const auto first = key + "a", second = key + "b";
    const std::string_view keys[] = {first, second};
    Command both(kSetBoth, keys);
    both.add(turn);
    EXPECT_EQ(number(both), 2);
  }
  for (std::size_t master = 0; master < cluster_.kMasters; ++master) {
    EXPECT_THAT(cluster_.node(master).ask("INFO", "commandstats"), HasSubstr("cmdstat_script|load:calls=1,"));
    EXPECT_THAT(cluster_.node(master).ask("INFO", "errorstats"), ::testing::Not(HasSubstr("MOVED")));
  }
  EXPECT_TRUE(client_->status().connected);
  EXPECT_EQ(client_->status().connects, 3u);
}

TEST_F(ClusterClientTest, one_node_leads_to_all) {
  use("redis-cluster://127.0.0.1:" + std::to_string(support::free_port()) +
      ",127.0.0.1:" + std::to_string(cluster_.node(2).port()));
  for (std::size_t master = 0; master < cluster_.kMasters; ++master)
    EXPECT_EQ(ask("SET", tag_of(master), "1"), "OK");
}

TEST_F(ClusterClientTest, commands_without_a_key_go_where_they_are_told) {
  use(cluster_.url());
  for (std::size_t master = 0; master < cluster_.kMasters; ++master) {
    Command info("INFO", "server");
    info.route_by(tag_of(master));
    const auto reply = call(info);
    EXPECT_THAT(reply.value().text(), HasSubstr("tcp_port:" + std::to_string(cluster_.node(master).port())));
  }
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(ClusterClientTest, what_is_called_together_belongs_to_one_node) {
  use(cluster_.url());
  const auto tag = tag_of(1);
  const Command together[] = {Command("SET", tag + "a", "1"), Command("GET", tag + "a")};
  EXPECT_EQ(reactor_.run(client_->call_together(together))[1].value().text(), "1");
  const Command apart[] = {Command("SET", tag_of(0), "1"), Command("GET", tag_of(2))};
  try {
    reactor_.run(client_->call_together(apart));
    ADD_FAILURE() << "sent to two nodes";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cross_slot);
    EXPECT_STREQ(error.what(),
                 "SET and GET belong to different nodes of the cluster: what is called together must "
                 "have keys with the same {hash tag}");
  }
}

TEST_F(ClusterClientTest, keys_of_one_script_that_belong_apart_are_told) {
  use(cluster_.url());
  const auto first = tag_of(0), second = tag_of(1);
  const std::string_view keys[] = {first, second};
  Command both(kSetBoth, keys);
  both.add("x");
  const auto error = refusal(both);
  EXPECT_EQ(error.kind(), ErrorKind::cross_slot);
  EXPECT_THAT(error.what(), HasSubstr("EVALSHA setBoth: CROSSSLOT"));
}

TEST_F(ClusterClientTest, a_slot_that_moved_is_followed) {
  use(cluster_.url());
  const auto tag = tag_of(0);
  EXPECT_EQ(ask("SET", tag, "1"), "OK");
  cluster_.migrate(slot_of(tag), 0, 1, [] {});
  EXPECT_EQ(ask("GET", tag), "1");
  const Command together[] = {Command("GET", tag)};
  EXPECT_EQ(reactor_.run(client_->call_together(together))[0].value().text(), "1");
}

TEST_F(ClusterClientTest, keys_that_are_being_moved_are_asked_for_at_both_places) {
  use(cluster_.url());
  const auto tag = tag_of(0), moved = tag + "moved", fresh = tag + "fresh";
  const std::string_view keys[] = {fresh, moved};
  Command both(kSetBoth, keys);
  both.add("x");
  EXPECT_EQ(ask("SET", moved, "1"), "OK");
  cluster_.begin_migration(slot_of(tag), 0, 1);
  EXPECT_EQ(ask("GET", moved), "1") << "not moved yet";
  const auto error = refusal(both, 300);
  EXPECT_EQ(error.kind(), ErrorKind::try_again) << "one key here, one there";
  while (cluster_.migrate_some(slot_of(tag), 0, 1)) continue;
  EXPECT_EQ(ask("GET", moved), "1") << "ASK";
  EXPECT_EQ(ask("SET", fresh, "1"), "OK") << "ASK";
  EXPECT_EQ(number(both), 2) << "a script behind ASKING, loaded before";
  cluster_.end_migration(slot_of(tag), 1);
  EXPECT_EQ(ask("GET", fresh), "x");
  EXPECT_EQ(cluster_.node(1).ask("GET", fresh), "x");
}

TEST_F(ClusterClientTest, nothing_is_lost_or_repeated_while_a_slot_moves_under_load) {
  use(cluster_.url());
  wait_ready();
  const auto tag = tag_of(2);
  std::vector<std::string> names;
  for (int number = 0; number < 200; ++number) names.push_back(tag + std::to_string(number));
  std::vector<Command> commands;
  for (const auto& name : names) {
    const std::string_view keys[] = {name};
    commands.emplace_back(kCount, keys);
  }
  std::vector<Pending> calls;
  const auto load = [&] {
    for (std::size_t turn = 0; turn < 20; ++turn)
      calls.push_back(begin(commands[calls.size() * 7 % commands.size()], 20000));
    reactor_.run_ready();
  };
  for (int turn = 0; turn < 10; ++turn) load();
  // All keys are there: moving each gives the load a turn.
  for (const auto& call : calls) ASSERT_TRUE(end(call).reply) << end(call).error->what();
  cluster_.migrate(slot_of(tag), 2, 0, load);
  for (int turn = 0; turn < 10; ++turn) load();
  for (const auto& call : calls) ASSERT_TRUE(end(call).reply) << end(call).error->what();
  std::int64_t counted = 0;
  for (const auto& name : names) {
    const auto count = cluster_.node(0).ask("GET", name);
    counted += count.empty() ? 0 : std::stoll(count);
  }
  EXPECT_EQ(counted, static_cast<std::int64_t>(calls.size()));
  EXPECT_GT(calls.size(), 1000u);
}

TEST_F(ClusterClientTest, a_cluster_that_is_not_there_is_told) {
  const auto gone = std::to_string(support::free_port());
  use("redis-cluster://127.0.0.1:" + gone);
  EXPECT_THAT(problem(),
              HasSubstr("no node of the cluster tells who serves what; no connection to 127.0.0.1:" + gone +
                        ": Connection refused"));
  const Command ping("PING");
  EXPECT_EQ(refusal(ping, 100).kind(), ErrorKind::unavailable);
  EXPECT_FALSE(client_->status().connected);
}

TEST_F(ClusterClientTest, a_server_that_is_no_cluster_is_told) {
  support::RedisServer server;
  use("redis-cluster://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_THAT(problem(), HasSubstr("ERR This instance has cluster support disabled"));
}

TEST_F(ClusterClientTest, stop_ends_the_calls_that_wait) {
  use(cluster_.url());
  wait_ready();
  const Command waits("BLPOP", "list", 0);
  const auto sent = begin(waits, 20000);
  auto& node = owner("list");
  support::wait_for("the server blocks", [&] {
    reactor_.run_ready();
    return node.info("blocked_clients") == "1";
  });
  reactor_.run(client_->stop());
  EXPECT_EQ(end(sent).error->kind(), ErrorKind::outcome_unknown);
  const Command ping("PING");
  EXPECT_STREQ(refusal(ping).what(), "stopped");
  EXPECT_EQ(client_->status().problem, "stopped");
}

TEST_F(ClusterClientTest, reconnect_makes_all_connections_anew) {
  use(cluster_.url());
  for (std::size_t master = 0; master < cluster_.kMasters; ++master) ask("SET", tag_of(master), "1");
  client_->reconnect("again");
  for (std::size_t master = 0; master < cluster_.kMasters; ++master)
    EXPECT_EQ(ask("GET", tag_of(master)), "1");
  EXPECT_EQ(client_->status().connects, 6u);
}

class ClusterFailoverTest : public RedisFixture {
 protected:
  void wait_for_replica(std::size_t node, const std::string& tag) {
    const auto slot = std::to_string(slot_of(tag));
    support::wait_for("it is replicated",
                      [&] { return cluster_.node(node).ask("CLUSTER", "COUNTKEYSINSLOT", slot) == "1"; });
  }

  support::RedisCluster cluster_{true};
};

TEST_F(ClusterFailoverTest, the_replica_of_a_master_that_died_takes_over) {
  use(cluster_.url());
  const auto tag = tag_of(1);
  EXPECT_EQ(ask("SET", tag, "1"), "OK");
  wait_for_replica(4, tag);
  cluster_.node(1).kill();
  reactor_.run_until([this] { return !client_->status().connected; });
  const Command increment("INCR", tag);
  EXPECT_EQ(number(increment, 20000), 2);
  EXPECT_EQ(ask("SET", tag_of(0), "1"), "OK");
  EXPECT_TRUE(client_->status().connected) << client_->status().problem;
}

TEST_F(ClusterFailoverTest, a_master_that_hands_over_is_followed) {
  use(cluster_.url());
  const auto tag = tag_of(0);
  EXPECT_EQ(ask("SET", tag, "1"), "OK");
  wait_for_replica(3, tag);
  cluster_.node(3).ask("CLUSTER", "FAILOVER", "TAKEOVER");
  support::wait_for("the replica is master", [&] { return cluster_.node(3).info("role") == "master"; });
  const Command increment("INCR", tag);
  EXPECT_EQ(number(increment, 20000), 2);
  EXPECT_EQ(cluster_.node(3).ask("GET", tag), "2");
  support::wait_for("the client leaves the old master", [this] {
    reactor_.run_ready();
    const auto clients = cluster_.node(0).ask("CLIENT", "LIST", "TYPE", "normal");
    return clients.find("\nid=") == clients.npos;  // the test's own alone
  });
  EXPECT_TRUE(client_->status().connected);
}

}  // namespace
}  // namespace watchbill::redis
