// A client and a real server.
#include "redis/client.h"

#include "redis/testing/redis_fixture.h"
#include "redis/testing/scripts.h"

namespace watchbill::redis {
namespace {

using ::testing::HasSubstr;
using namespace testing;

class ClientTest : public RedisFixture {
 protected:
  support::RedisServer server_;
};

TEST_F(ClientTest, asks_and_is_answered) {
  use(server_.url("/3?client_name=tester"));
  EXPECT_EQ(ask("SET", "a", "1"), "OK");
  EXPECT_EQ(ask("INCRBY", "a", 41), "42");
  EXPECT_THAT(ask("CLIENT", "LIST"), HasSubstr("name=tester"));
  EXPECT_THAT(ask("CLIENT", "LIST"), HasSubstr("db=3"));
  const Command wrong("LPUSH", "a", "x");
  const auto error = refusal(wrong);
  EXPECT_EQ(error.kind(), ErrorKind::wrong_type);
  EXPECT_STREQ(error.what(), "LPUSH: WRONGTYPE Operation against a key holding the wrong kind of value");
  EXPECT_TRUE(client_->status().connected);
  EXPECT_EQ(client_->status().connects, 1u);
}

TEST_F(ClientTest, replies_find_the_commands_that_were_called_at_once) {
  use(server_.url());
  std::vector<Command> commands;
  for (int index = 0; index < 2000; ++index) commands.emplace_back("ECHO", std::to_string(index));
  std::vector<Pending> calls;
  for (const auto& command : commands) calls.push_back(begin(command));
  for (int index = 0; index < 2000; ++index) EXPECT_EQ(end(calls[index]).text(), std::to_string(index));
}

TEST_F(ClientTest, what_is_called_at_one_moment_goes_out_in_one_write) {
  use(server_.url());
  wait_ready();
  const auto reads = [this] { return std::stoll(server_.info("total_reads_processed")); };
  const auto before = reads(), of_asking = reads() - before;
  const Command command("PING");
  for (int turn = 0; turn < 50; ++turn) {
    std::vector<Pending> calls;
    for (int index = 0; index < 100; ++index) calls.push_back(begin(command));
    for (const auto& call : calls) end(call);
  }
  EXPECT_EQ(reads() - before - 2 * of_asking, 50);
}

TEST_F(ClientTest, commands_called_together_keep_their_order_and_their_errors) {
  use(server_.url());
  const Command commands[] = {Command("SET", "a", "x"), Command("INCR", "a"), Command("GET", "a")};
  const auto replies = reactor_.run(client_->call_together(commands));
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].value().text(), "OK");
  EXPECT_TRUE(replies[1].value().is_error());
  EXPECT_EQ(replies[2].value().text(), "x");
  EXPECT_TRUE(reactor_.run(client_->call_together({})).empty());
}

TEST_F(ClientTest, large_values_pass) {
  use(server_.url());
  const std::string large(20 << 20, 'x');
  EXPECT_EQ(ask("SET", "a", large), "OK");
  EXPECT_EQ(ask("GET", "a"), large);
}

TEST_F(ClientTest, a_script_is_loaded_once_per_connection) {
  use(server_.url());
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  for (int run = 1; run <= 5; ++run) EXPECT_EQ(number(count), run);
  EXPECT_THAT(server_.ask("INFO", "commandstats"), HasSubstr("cmdstat_script|load:calls=1,"));
  EXPECT_THAT(server_.ask("INFO", "commandstats"), HasSubstr("cmdstat_evalsha:calls=5,"));
}

TEST_F(ClientTest, a_script_that_the_server_forgot_is_loaded_again) {
  use(server_.url());
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  call(count);
  server_.ask("SCRIPT", "FLUSH");
  EXPECT_EQ(number(count), 2);
  server_.ask("SCRIPT", "FLUSH");
  std::vector<Pending> calls;
  for (int run = 0; run < 500; ++run) calls.push_back(begin(count));
  std::set<std::int64_t> counted;
  for (const auto& call : calls) counted.insert(end(call).reply->value().integer());
  EXPECT_EQ(counted.size(), 500u) << "each call counted once";
  EXPECT_EQ(server_.ask("GET", "k"), "502");
  EXPECT_THAT(server_.ask("INFO", "commandstats"), HasSubstr("cmdstat_script|load:calls=3,"));
}

TEST_F(ClientTest, scripts_called_together_after_a_flush_say_so_and_are_loaded_for_the_next_call) {
  use(server_.url());
  const std::string_view keys[] = {"k"};
  const Command both[] = {Command(kCount, keys), Command(kCount, keys)};
  EXPECT_EQ(reactor_.run(client_->call_together(both))[1].value().integer(), 2);
  server_.ask("SCRIPT", "FLUSH");
  EXPECT_TRUE(reactor_.run(client_->call_together(both))[0].value().is_error());
  EXPECT_EQ(reactor_.run(client_->call_together(both))[1].value().integer(), 4);
}

TEST_F(ClientTest, a_user_without_scripts_is_told) {
  server_.ask("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-script");
  use("redis://app:pw@127.0.0.1:" + std::to_string(server_.port()));
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  const auto error = refusal(count);
  EXPECT_EQ(error.kind(), ErrorKind::forbidden);
  EXPECT_THAT(error.what(), HasSubstr("EVALSHA count: SCRIPT LOAD: NOPERM"));
  EXPECT_EQ(ask("PING"), "PONG");
  EXPECT_EQ(client_->status().connects, 1u) << "what one command may not do is no reason to reconnect";
}

TEST_F(ClientTest, a_cancelled_call_leaves_the_connection_usable) {
  use(server_.url());
  wait_ready();
  base::TaskGroup cancelled(reactor_.executor());
  const Command waits("BLPOP", "list", 0);
  const Pending waiting(cancelled, client_->call(waits, within(20000)));
  const Command together[] = {Command("PING"), Command("GET", "a")};
  cancelled.spawn("together", [](Client& client, std::span<const Command> commands) -> base::Task<> {
    co_await client.call_together(commands);
  }(*client_, together));
  support::wait_for("the server blocks", [&] {
    reactor_.run_ready();
    return server_.info("blocked_clients") == "1";
  });
  cancelled.cancel();
  reactor_.run(cancelled.join());
  EXPECT_FALSE(waiting.ended());
  const Command echo("ECHO", "after");
  const auto after = begin(echo);
  server_.ask("RPUSH", "list", "x");
  EXPECT_EQ(end(after).text(), "after") << "the replies to the cancelled calls find nobody";
  EXPECT_EQ(client_->status().connects, 1u);
}

TEST_F(ClientTest, a_call_that_waits_for_a_connection_can_be_cancelled) {
  server_.kill();
  use(server_.url());
  base::TaskGroup cancelled(reactor_.executor());
  const Command ping("PING");
  const Pending waiting(cancelled, client_->call(ping, within(20000)));
  EXPECT_THAT(problem(), HasSubstr("Connection refused"));
  cancelled.cancel();
  reactor_.run(cancelled.join());
  EXPECT_FALSE(waiting.ended());
}

TEST_F(ClientTest, stop_ends_the_calls_that_wait) {
  use(server_.url());
  wait_ready();
  const Command waits("BLPOP", "list", 0);
  const auto sent = begin(waits, 20000);
  support::wait_for("the server blocks", [&] {
    reactor_.run_ready();
    return server_.info("blocked_clients") == "1";
  });
  const Command ping("PING");
  const auto unsent = begin(ping);
  reactor_.run(client_->stop());
  EXPECT_EQ(end(sent).error->kind(), ErrorKind::outcome_unknown);
  EXPECT_EQ(end(unsent).error->kind(), ErrorKind::unavailable);
  EXPECT_STREQ(end(unsent).error->what(), "stopped");
  EXPECT_STREQ(refusal(ping).what(), "stopped");
  reactor_.run(client_->stop());
}

TEST_F(ClientTest, stop_before_start_does_nothing) {
  const auto client = make_client(reactor_.executor(), clock_, parse_url(server_.url()));
  EXPECT_EQ(client->status().problem, "not started");
  reactor_.run(client->stop());
}

}  // namespace
}  // namespace watchbill::redis
