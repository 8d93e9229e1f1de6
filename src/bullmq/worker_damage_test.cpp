// Queues in disorder, servers that are unfit, and what health() says, against a real server.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "bullmq/testing/worker_fixture.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using base::Task;
using boost::asio::ip::tcp;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WorkerDamageTest : public testing::WorkerFixture {
 protected:
  WorkerHealth health(Worker& worker) { return reactor_.run(worker.health()); }
  static Worker::Processor reading() {
    return [](Job& job) -> Task<Json> {
      job.data();
      co_return "read";
    };
  }
};

TEST_F(WorkerDamageTest, an_id_without_a_job_is_removed) {
  server_.ask("RPUSH", key("wait"), "ghost");
  auto& worker = work(counting());
  const auto id = add();
  until([&] { return completed() == 1; });
  EXPECT_EQ(worker.stats().ghosts, 1u);
  EXPECT_THAT(runs_, ElementsAre(::testing::Pair(id, 1)));
  EXPECT_EQ(server_.ask("EXISTS", key("ghost")), "0");
  EXPECT_EQ(set("failed"), 0);
  EXPECT_EQ(list("active"), 0);
}

TEST_F(WorkerDamageTest, an_id_that_is_twice_in_the_queue_does_no_harm) {
  const auto id = add();
  server_.ask("RPUSH", key("wait"), id);
  work(counting());
  add();
  until([&] { return completed() == 2; });
  EXPECT_EQ(list("active"), 0);
}

TEST_F(WorkerDamageTest, data_that_cannot_be_used_fails_the_job_and_not_the_worker) {
  const struct {
    std::string data;
    const char* reason;
  } rows[] = {{"{\"a\":", "the data is not JSON"},
              {"\xff\xfe", "the data is not JSON"},
              {"\"" + std::string(5000, 'x') + "\"", "5002 bytes, more than the worker takes"}};
  for (const auto& row : rows) server_.ask("HSET", key(add({.attempts = 3})), "data", row.data);
  work(reading(), {.max_data_bytes = 5000});
  add();
  until([&] { return completed() == 1; });
  ASSERT_EQ(notes_.failed.size(), 3u);
  for (std::size_t at = 0; at < 3; ++at) EXPECT_THAT(notes_.failed[at], HasSubstr(rows[at].reason));
  EXPECT_EQ(set("failed"), 3);
}

TEST_F(WorkerDamageTest, data_that_nests_without_end_is_decoded_or_refused) {
  const auto id = add();
  server_.ask("HSET", key(id), "data", std::string(200000, '[') + std::string(200000, ']'));
  work(reading());
  until([&] { return completed() + notes_.failed.size() == 1; });
}

TEST_F(WorkerDamageTest, options_that_make_no_sense_are_no_options) {
  const auto id = add();
  server_.ask("HSET", key(id), "opts", R"({"attempts":"many","backoff":[],"removeOnComplete":"x"})");
  work(counting());
  until([&] { return completed() == 1; });
}

TEST_F(WorkerDamageTest, a_deferred_failure_fails_the_job_instead_of_running_it) {
  const auto id = add({.attempts = 3});
  server_.ask("HSET", key(id), "defa", "a child failed");
  work(counting());
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_EQ(field(id, "failedReason"), "a child failed");
  EXPECT_EQ(field(id, "defa"), "");
  EXPECT_THAT(runs_, IsEmpty());
}

TEST_F(WorkerDamageTest, a_list_of_the_wrong_type_is_told_and_work_goes_on_when_it_is_mended) {
  server_.ask("SET", key("wait"), "not a list");
  work(counting(), {.retry_delay = Millis(100)});
  until([&] { return !notes_.errors.empty(); });
  EXPECT_THAT(notes_.errors, Contains(HasSubstr("WRONGTYPE")));
  server_.ask("DEL", key("wait"));
  add();
  until([&] { return completed() == 1; });
}

TEST_F(WorkerDamageTest, without_a_marker_the_queue_is_asked_now_and_then) {
  work(counting(), {.drain_delay = Millis(200)});
  until([&] { return notes_.drained == 1; });
  // As a producer that writes no marker does it.
  server_.ask("HSET", key("foreign"), "name", "x", "data", "{}", "opts", "{}", "timestamp", "1");
  server_.ask("RPUSH", key("wait"), "foreign");
  until([&] { return completed() == 1; });
}

TEST_F(WorkerDamageTest, a_policy_that_evicts_is_warned_of) {
  server_.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  work(counting());
  add();
  until([&] { return completed() == 1; });
  EXPECT_THAT(notes_.errors, ElementsAre(HasSubstr("allkeys-lru")));
}

TEST_F(WorkerDamageTest, a_server_that_does_not_tell_its_version_is_taken_as_fit) {
  server_.ask("ACL", "SETUSER", "worker", "on", ">secret", "~*", "+@all", "-info");
  work(counting(), {}, "redis://worker:secret@127.0.0.1:" + std::to_string(server_.port()));
  add();
  until([&] { return completed() == 1; });
}

// Says of itself that it is Redis 6.0.
Task<> pretend_to_be_old(tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(base::asio::use_awaitable);
    std::string buffer(4096, '\0');
    boost::system::error_code error;
    for (;;) {
      const auto into = base::asio::buffer(buffer);
      const auto size =
          co_await socket.async_read_some(into, redirect_error(base::asio::use_awaitable, error));
      if (error) break;
      const bool is_info = buffer.substr(0, size).find("INFO") != std::string::npos;
      const std::string answer = is_info ? "$22\r\nredis_version:6.0.16\r\n\r\n" : "+OK\r\n";
      co_await base::asio::async_write(socket, base::asio::buffer(answer), base::asio::use_awaitable);
    }
  }
}

TEST_F(WorkerDamageTest, a_server_older_than_6_2_is_refused) {
  tcp::acceptor acceptor(reactor_.context(), tcp::endpoint(base::asio::ip::address_v4::loopback(), 0));
  base::TaskGroup servers(reactor_.executor());
  servers.spawn("old server", pretend_to_be_old(acceptor));
  servers.spawn("old server", pretend_to_be_old(acceptor));
  const auto url = "redis://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  auto& worker = work(counting(), {.retry_delay = Millis(20)}, url);
  until([&] { return !health(worker).healthy && !notes_.errors.empty(); });
  pass(100);
  EXPECT_THAT(notes_.errors, ElementsAre(HasSubstr("Redis 6.0.16")));
  EXPECT_THAT(health(worker).problem, HasSubstr("6.2 or later"));
  close(worker, 0);
  servers.cancel();
  reactor_.run(servers.join());
}

TEST_F(WorkerDamageTest, health_tells_of_jobs_that_wait_while_none_finishes) {
  auto& worker = work(gated(), {.stuck_after = Millis(60)});
  until([&] { return notes_.drained == 1 && worker.client().status().connected; });
  pass(100);
  EXPECT_TRUE(health(worker).healthy) << health(worker).problem;
  add_many(3);
  until([&] { return gate_.waiting() == 1; });
  pass(100);
  EXPECT_FALSE(health(worker).healthy);
  EXPECT_THAT(health(worker).problem, HasSubstr("2 jobs wait"));
  server_.ask("HSET", key("meta"), "paused", "1");
  EXPECT_TRUE(health(worker).healthy);
  server_.ask("HDEL", key("meta"), "paused");
  pass(100);
  EXPECT_FALSE(health(worker).healthy);
  server_.ask("HSET", key("meta"), "concurrency", "1");
  EXPECT_TRUE(health(worker).healthy);
  server_.ask("HDEL", key("meta"), "concurrency");
  gate_.open();
  until([&] { return completed() == 3; });
  EXPECT_TRUE(health(worker).healthy);
}

TEST_F(WorkerDamageTest, health_tells_of_delayed_jobs_that_are_overdue) {
  auto& worker = work(gated(), {.stuck_after = Millis(60)});
  add();
  until([&] { return gate_.waiting() == 1; });
  add({.delay = Millis(1)});
  pass(120);
  EXPECT_THAT(health(worker).problem, HasSubstr("1 jobs wait"));
}

TEST_F(WorkerDamageTest, health_tells_that_redis_is_away) {
  auto& worker = work(counting());
  add();
  until([&] { return completed() == 1; });
  until([&] { return health(worker).healthy; });
  server_.kill();
  until([&] { return !worker.client().status().connected; });
  EXPECT_FALSE(health(worker).healthy);
  EXPECT_FALSE(health(worker).problem.empty());
  server_.start();
  until([&] { return health(worker).healthy; });
}

}  // namespace
}  // namespace watchbill::bullmq
