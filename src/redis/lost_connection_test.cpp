// Servers that die, hang or come back, and networks that swallow.
#include <filesystem>
#include <map>
#include <sstream>

#include "redis/testing/redis_fixture.h"
#include "redis/testing/scripts.h"
#include "tests/support/byte_proxy.h"

namespace watchbill::redis {
namespace {

using ::testing::HasSubstr;
using namespace testing;

class LostConnectionTest : public RedisFixture {
 protected:
  ~LostConnectionTest() override { reactor_.run(proxy_.stop()); }

  Client& use_proxy() {
    proxy_.start();
    use("redis://127.0.0.1:" + std::to_string(proxy_.port()));
    wait_ready();
    return *client_;
  }
  static std::ptrdiff_t descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(all, std::filesystem::directory_iterator());
  }

  support::RedisServer server_;
  support::ByteProxy proxy_{reactor_.executor(), server_.port()};
};

TEST_F(LostConnectionTest, replies_may_come_byte_by_byte) {
  use_proxy();
  proxy_.chop();
  EXPECT_EQ(ask("RPUSH", "list", "one", "two"), "2");
  const Command range("LRANGE", "list", 0, -1);
  const auto reply = call(range);
  EXPECT_EQ(reply.value()[1].text(), "two");
}

TEST_F(LostConnectionTest, a_lost_reply_leaves_the_outcome_unknown_and_is_not_repeated) {
  use_proxy();
  proxy_.drop_replies();
  const Command increment("INCR", "a");
  const auto lost = begin(increment, 10000);
  support::wait_for("it is carried out", [&] {
    reactor_.run_ready();
    return server_.ask("GET", "a") == "1";
  });
  proxy_.cut();
  proxy_.pass();
  EXPECT_EQ(end(lost).error->kind(), ErrorKind::outcome_unknown);
  EXPECT_TRUE(end(lost).error->may_have_run());
  EXPECT_EQ(ask("GET", "a"), "1") << "over a fresh connection";
}

TEST_F(LostConnectionTest, a_reply_that_does_not_come_ends_the_connection_at_the_deadline) {
  use_proxy();
  proxy_.drop_replies();
  const Command increment("INCR", "a");
  const auto error = refusal(increment, 200);
  EXPECT_EQ(error.kind(), ErrorKind::outcome_unknown);
  EXPECT_THAT(error.what(),
              HasSubstr("did not answer in time; whether the command was carried out is not known"));
  proxy_.pass();
  EXPECT_EQ(ask("GET", "a"), "1");
  EXPECT_EQ(proxy_.accepted(), 2u);
}

TEST_F(LostConnectionTest, a_blocking_read_that_is_never_answered_is_given_up_at_its_deadline) {
  use_proxy();
  proxy_.swallow();
  const auto begun = clock_.monotonic_now();
  const Command waits("BZPOPMIN", "marker", 0);
  EXPECT_EQ(refusal(waits, 300).kind(), ErrorKind::outcome_unknown);
  const auto took = clock_.monotonic_now() - begun;
  EXPECT_GE(took, base::Millis(300));
  EXPECT_LT(took, base::Millis(3000));
  proxy_.pass();
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(LostConnectionTest, a_deadline_holds_also_behind_a_command_with_a_later_one) {
  use_proxy();
  proxy_.swallow();
  const Command waits("BZPOPMIN", "marker", 0), ping("PING");
  const auto first = begin(waits, 60000);
  EXPECT_EQ(refusal(ping, 200).kind(), ErrorKind::outcome_unknown);
  EXPECT_EQ(end(first).error->kind(), ErrorKind::outcome_unknown);
}

TEST_F(LostConnectionTest, a_cut_connection_is_made_again) {
  use_proxy();
  const Command waits("BZPOPMIN", "marker", 0);
  const auto waiting = begin(waits, 60000);
  support::wait_for("the server blocks", [&] {
    reactor_.run_ready();
    return server_.info("blocked_clients") == "1";
  });
  proxy_.cut();
  EXPECT_EQ(end(waiting).error->kind(), ErrorKind::outcome_unknown);
  EXPECT_THAT(end(waiting).error->what(), HasSubstr("the connection to 127.0.0.1:"));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(LostConnectionTest, a_server_that_hangs_fails_what_was_sent_and_what_was_not) {
  use(server_.url());
  wait_ready();
  server_.pause();
  const Command large("SET", "large", std::string(30 << 20, 'x')), small("SET", "a", "1");
  const auto sent = begin(large, 1000);
  reactor_.run_ready();
  const auto unsent = begin(small, 1100);
  EXPECT_EQ(end(sent).error->kind(), ErrorKind::outcome_unknown);
  EXPECT_EQ(end(unsent).error->kind(), ErrorKind::unavailable) << "its bytes never left";
  server_.resume();
  EXPECT_EQ(ask("PING"), "PONG");
  EXPECT_EQ(server_.ask("EXISTS", "a"), "0");
}

TEST_F(LostConnectionTest, what_has_no_time_left_is_not_sent_and_harms_nobody) {
  use(server_.url());
  wait_ready();
  const Command waits("BLPOP", "list", 0), increment("INCR", "a");
  const auto waiting = begin(waits, 20000);
  EXPECT_EQ(refusal(increment, 0).kind(), ErrorKind::unavailable);
  EXPECT_FALSE(waiting.ended());
  server_.ask("RPUSH", "list", "x");
  EXPECT_TRUE(end(waiting).reply);
  EXPECT_EQ(server_.ask("EXISTS", "a"), "0");
}

TEST_F(LostConnectionTest, calls_outlast_a_restart) {
  use(server_.url());
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  EXPECT_EQ(number(count), 1);
  server_.kill();
  reactor_.run_until([this] { return !client_->status().connected; });
  EXPECT_THAT(problem(), HasSubstr("127.0.0.1:"));
  const auto waiting = begin(count);
  EXPECT_EQ(refusal(count, 100).kind(), ErrorKind::unavailable);
  server_.start();
  EXPECT_EQ(end(waiting).reply->value().integer(), 1) << "the script is loaded into the new server";
  EXPECT_EQ(client_->status().connects, 2u);
  EXPECT_EQ(client_->status().problem, "");
}

TEST_F(LostConnectionTest, a_killed_client_comes_back) {
  use(server_.url());
  wait_ready();
  server_.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  reactor_.run_until([this] { return !client_->status().connected; });
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(LostConnectionTest, reconnect_fails_what_waits_and_connects_at_once) {
  use(server_.url());
  wait_ready();
  const Command waits("BLPOP", "list", 0);
  const auto waiting = begin(waits, 20000);
  reactor_.run_ready();
  client_->reconnect("the operator wants it");
  EXPECT_EQ(end(waiting).error->kind(), ErrorKind::outcome_unknown);
  EXPECT_THAT(end(waiting).error->what(), HasSubstr("the operator wants it"));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(LostConnectionTest, hundreds_of_connections_leave_no_descriptor_behind) {
  use_proxy();
  const Command ping("PING");
  call(ping);
  const auto before = descriptors();
  for (std::size_t turn = 2; turn <= 300; ++turn) {
    client_->reconnect("again");
    call(ping);
  }
  EXPECT_EQ(client_->status().connects, 300u);
  reactor_.run_until([&] { return descriptors() <= before; });
}

TEST_F(LostConnectionTest, stop_does_not_wait_for_a_connection_that_hangs) {
  server_.pause();  // the system accepts connections in its place
  use(server_.url());
  const Command ping("PING");
  const auto waiting = begin(ping, 20000);
  reactor_.run_ready();
  const auto begun = clock_.monotonic_now();
  reactor_.run(client_->stop());
  EXPECT_EQ(end(waiting).error->kind(), ErrorKind::unavailable);
  EXPECT_LT(clock_.monotonic_now() - begun, base::Millis(2000));
  server_.resume();
}

TEST_F(LostConnectionTest, a_server_that_accepts_and_says_nothing_is_told) {
  server_.pause();
  auto options = parse_url(server_.url());
  options.connect_timeout = base::Millis(200);
  use(options);
  EXPECT_THAT(problem(),
              HasSubstr("accepts the connection, but did not answer in time (is this port for TLS?"));
  server_.resume();
  wait_ready();
}

TEST_F(LostConnectionTest, the_log_tells_it_once_for_all_who_connect_with_the_same_options) {
  const auto options = parse_url("redis://127.0.0.1:" + std::to_string(server_.port()));
  use(options);
  wait_ready();
  const auto other = make_client(reactor_.executor(), clock_, options);
  reactor_.run(other->start());
  reactor_.run(other->wait_ready(within(10000)));
  ::testing::internal::CaptureStderr();
  const auto until_both_are = [&](bool connected) {
    reactor_.run_until(
        [&] { return client_->status().connected == connected && other->status().connected == connected; });
  };
  server_.kill();
  until_both_are(false);
  server_.start();
  until_both_are(true);
  reactor_.run(other->stop());
  const auto said = ::testing::internal::GetCapturedStderr();
  std::map<std::string, int> lines;
  std::istringstream all(said);
  for (std::string line; std::getline(all, line);) ++lines[line.substr(line.find(' '))];  // without the time
  int connected = 0;
  for (const auto& [line, times] : lines) {
    EXPECT_EQ(times, 1) << line;
    connected += line.find("connected to Redis") != line.npos;
  }
  EXPECT_EQ(connected, 1) << said;
  EXPECT_THAT(said, HasSubstr("is lost: "));
}

}  // namespace
}  // namespace watchbill::redis
