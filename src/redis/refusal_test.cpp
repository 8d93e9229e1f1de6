// What the server refuses, and what the operator is told.
#include <fstream>

#include "redis/testing/redis_fixture.h"
#include "redis/testing/scripts.h"

namespace watchbill::redis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing;

using RefusalTest = RedisFixture;

std::string address(const support::RedisServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

TEST_F(RefusalTest, credentials_that_do_not_fit) {
  support::RedisServer server({"--requirepass", "secret"});
  const struct {
    std::string user;
    std::string told;
  } rows[] = {
      {":guess@", " refuses the user or the password: WRONGPASS invalid username-password pair"},
      {"nobody:secret@", " refuses the user or the password: WRONGPASS"},
      {"", " wants a password, and the URL has none: NOAUTH Authentication required."},
  };
  const Command ping("PING");
  for (const auto& row : rows) {
    use("redis://" + row.user + address(server));
    EXPECT_THAT(problem(), AllOf(HasSubstr(address(server) + row.told), Not(HasSubstr("guess"))));
    EXPECT_EQ(refusal(ping, 100).kind(), ErrorKind::auth);
    reactor_.run(client_->stop());
  }
  use("redis://:secret@" + address(server));
  EXPECT_EQ(ask("PING"), "PONG");
}

TEST_F(RefusalTest, a_password_that_the_server_has_no_use_for) {
  support::RedisServer server;
  use("redis://:secret@" + address(server));
  EXPECT_THAT(problem(), HasSubstr("without any password configured"));
}

TEST_F(RefusalTest, a_database_that_does_not_exist) {
  support::RedisServer server({"--databases", "2"});
  use(server.url("/2"));
  EXPECT_THAT(problem(), HasSubstr(address(server) + " refuses database 2: ERR DB index is out of range"));
}

TEST_F(RefusalTest, a_server_that_is_not_there) {
  use("redis://127.0.0.1:" + std::to_string(support::free_port()));
  EXPECT_THAT(problem(), AllOf(HasSubstr("no connection to 127.0.0.1:"), HasSubstr("Connection refused")));
  const Command ping("PING");
  EXPECT_EQ(refusal(ping, 50).kind(), ErrorKind::unavailable);
}

TEST_F(RefusalTest, a_name_that_does_not_exist) {
  use("redis://no-such-host.invalid");
  EXPECT_THAT(problem(), HasSubstr("no connection to no-such-host.invalid:6379: "));
}

TEST_F(RefusalTest, a_server_with_too_many_clients) {
  support::RedisServer server({"--maxclients", "1"});  // the test's own connection
  use(server.url("?client_name=x"));
  EXPECT_THAT(problem(), HasSubstr(address(server) + " refuses: ERR max number of clients reached"));
  const Command ping("PING");
  const auto waiting = begin(ping);
  server.ask("CONFIG", "SET", "maxclients", "10");
  EXPECT_EQ(end(waiting).text(), "PONG");
}

TEST_F(RefusalTest, memory_that_is_full_is_told_at_once) {
  support::RedisServer server({"--maxmemory", "1"});
  use(server.url());
  const Command set("SET", "a", "1");
  EXPECT_EQ(refusal(set).kind(), ErrorKind::out_of_memory);
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  const auto error = refusal(count);
  EXPECT_EQ(error.kind(), ErrorKind::out_of_memory);
  EXPECT_THAT(error.what(), HasSubstr("EVALSHA count: OOM command not allowed"));
  EXPECT_FALSE(error.may_have_run());
}

TEST_F(RefusalTest, snapshots_that_cannot_be_written_are_told_at_once) {
  support::RedisServer server({"--save", "3600 100000"});
  server.ask("SET", "a", "1");
  // In the place of the file is a folder.
  std::filesystem::create_directories(server.folder() / "dump.rdb" / "x");
  server.ask("BGSAVE");
  support::wait_for("the snapshot failed", [&] { return server.info("rdb_last_bgsave_status") == "err"; });
  use(server.url());
  const Command set("SET", "a", "1");
  EXPECT_EQ(refusal(set).kind(), ErrorKind::misconfigured);
  const std::string_view keys[] = {"k"};
  const Command count(kCount, keys);
  EXPECT_EQ(refusal(count).kind(), ErrorKind::misconfigured);
  EXPECT_EQ(ask("GET", "a"), "1");
}

TEST_F(RefusalTest, a_script_that_runs_too_long_is_waited_for) {
  support::RedisServer server({"--busy-reply-threshold", "20"});
  use(server.url());
  wait_ready();
  auto other = make_client(reactor_.executor(), clock_, parse_url(server.url()));
  reactor_.run(other->start());
  const Command endless("EVAL", "while true do end", 0), ping("PING");
  const Pending busy(callers_, other->call(endless, within(20000)));
  Error error(ErrorKind::other, "");
  reactor_.run_until([&] {
    const auto probe = begin(ping, 60);
    const auto& outcome = end(probe);
    if (outcome.error) error = *outcome.error;
    return error.kind() == ErrorKind::busy;
  });
  EXPECT_STREQ(error.what(),
               "PING: BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN "
               "NOSAVE.");
  const auto waiting = begin(ping);
  const Command kill("SCRIPT", "KILL");
  call(kill);
  EXPECT_EQ(end(waiting).text(), "PONG");
  EXPECT_EQ(end(busy).error->kind(), ErrorKind::other);
  reactor_.run(other->stop());
}

TEST_F(RefusalTest, a_server_that_loads_its_data_is_waited_for) {
  support::RedisServer server({"--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"});
  server.ask("EVAL", "for i = 1, 4000 do redis.call('SET', i, string.rep('x', 100)) end", "0");
  server.ask("SAVE");
  server.kill();
  server.start();
  use(server.url());
  wait_ready();
  const Command size("DBSIZE");
  EXPECT_EQ(refusal(size, 200).kind(), ErrorKind::loading);
  EXPECT_TRUE(client_->status().connected);
  EXPECT_EQ(number(size), 4000);
}

TEST_F(RefusalTest, a_replica_is_told_after_the_deadline_and_serves_reads) {
  support::RedisServer master, replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
  use(replica.url());
  const Command set("SET", "a", "1");
  const auto error = refusal(set, 300);
  EXPECT_EQ(error.kind(), ErrorKind::read_only);
  EXPECT_THAT(error.what(), HasSubstr("SET: READONLY You can't write against a read only replica."));
  const auto waiting = begin(set);
  replica.ask("REPLICAOF", "NO", "ONE");
  EXPECT_EQ(end(waiting).text(), "OK");
}

TEST_F(RefusalTest, calls_around_one_that_a_replica_refuses_keep_their_replies) {
  support::RedisServer master, replica({"--replicaof", "127.0.0.1 " + std::to_string(master.port())});
  use(replica.url());
  wait_ready();
  const Command set("SET", "a", "1"), echo("ECHO", "x");
  std::vector<Pending> writes, reads;
  for (int turn = 0; turn < 100; ++turn) {
    writes.push_back(begin(set));
    reads.push_back(begin(echo));
  }
  for (const auto& read : reads) EXPECT_EQ(end(read).text(), "x");
  replica.ask("REPLICAOF", "NO", "ONE");
  for (const auto& write : writes) EXPECT_EQ(end(write).text(), "OK");
}

}  // namespace
}  // namespace watchbill::redis
