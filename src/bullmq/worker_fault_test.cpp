// Servers and connections that fail under a worker: nothing is lost, nothing is finished twice, and work goes
// on soon after.
#include <malloc.h>

#include <filesystem>

#include "bullmq/testing/worker_fixture.h"
#include "tests/support/redis_topologies.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using base::Task;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class WorkerFaultTest : public testing::WorkerFixture {
 protected:
  WorkerFaultTest()
      : WorkerFixture({"--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes"}) {
    command_timeout_ = Millis(500);
  }

  // Soon enough for tests.
  static WorkerOptions impatient(int concurrency = 1) {
    return {.concurrency = concurrency, .drain_delay = Millis(500), .retry_delay = Millis(100)};
  }
  void lose_connections() { server_.ask("CLIENT", "KILL", "TYPE", "normal"); }
  // Each job was begun once, told once, and is recorded as completed.
  void expect_all_done_once(std::size_t jobs) {
    EXPECT_THAT(runs_, SizeIs(jobs));
    EXPECT_THAT(runs_, Each(Pair(::testing::_, 1)));
    EXPECT_THAT(notes_.completed, SizeIs(jobs));
    EXPECT_THAT(notes_.completed, Each(Pair(::testing::_, 1)));
    EXPECT_THAT(notes_.lock_lost, IsEmpty());
    EXPECT_EQ(set("completed"), static_cast<int>(jobs));
    EXPECT_EQ(list("active"), 0);
    EXPECT_EQ(list("wait"), 0);
  }
  void until_done(std::size_t jobs) {
    until([this, jobs] { return completed() == jobs; }, 10);
  }
  // Replies are lost until `condition` holds at the server; then all connections are cut.
  void lose_replies_until(const std::function<bool()>& condition) {
    until(condition);
    proxy_->cut();
    proxy_->pass();
  }
};

TEST_F(WorkerFaultTest, a_server_that_is_killed_under_load_comes_back_with_all_jobs) {
  add_many(600);
  work(taking(3), impatient(10));
  for (const std::size_t at : {100, 300}) {
    until([&] { return completed() >= at; });
    server_.kill();
    pass(100);
    server_.start();
  }
  until_done(600);
  expect_all_done_once(600);
}

TEST_F(WorkerFaultTest, a_server_that_is_away_for_long_is_waited_for) {
  work(counting(), impatient());
  until([&] { return notes_.drained == 1; });
  server_.kill();
  pass(2500);
  server_.start();
  add_many(3);
  until_done(3);
  expect_all_done_once(3);
}

TEST_F(WorkerFaultTest, connections_that_are_killed_twice_a_second_do_not_stop_the_work) {
  add_many(3000);
  work(taking(5), impatient(10));
  auto next = clock_.monotonic_now();
  int kills = 0;
  until(
      [&] {
        if (clock_.monotonic_now() >= next) {
          lose_connections();
          ++kills;
          next = clock_.monotonic_now() + Millis(500);
        }
        return completed() == 3000;
      },
      20);
  EXPECT_GE(kills, 3);
  until([&] { return list("active") == 0; });
  expect_all_done_once(3000);
}

TEST_F(WorkerFaultTest, a_connection_that_is_half_open_is_replaced) {
  work_through_proxy(counting(), impatient());
  until([&] { return notes_.drained == 1; });
  proxy_->swallow();
  add_many(2);
  pass(1500);
  EXPECT_EQ(completed(), 0u);
  proxy_->cut();  // what was swallowed does not come after all
  proxy_->pass();
  until_done(2);
  expect_all_done_once(2);
}

TEST_F(WorkerFaultTest, a_blocking_connection_that_is_half_open_is_noticed_without_help) {
  work_through_proxy(counting(), impatient());
  until([&] { return notes_.drained == 1; });
  proxy_->swallow();
  pass(50);
  proxy_->pass();  // the commands that were swallowed are lost, and nobody says so
  add();
  until_done(1);
  expect_all_done_once(1);
}

TEST_F(WorkerFaultTest, a_finish_whose_reply_is_lost_counts_once_and_its_next_job_is_not_lost) {
  auto& worker = work_through_proxy(gated(), impatient());
  add_many(3);
  until([&] { return gate_.waiting() == 1; });
  proxy_->drop_replies();
  gate_.open();
  lose_replies_until([&] { return set("completed") == 1 && list("active") == 1; });
  until_done(3);
  expect_all_done_once(3);
  EXPECT_EQ(worker.stats().recovered, 1u);
}

TEST_F(WorkerFaultTest, a_finish_whose_reply_is_lost_counts_when_the_job_was_not_to_be_kept) {
  auto& worker = work_through_proxy(gated(), impatient());
  add({.remove_on_complete = Retention(true)});
  until([&] { return gate_.waiting() == 1; });
  proxy_->drop_replies();
  gate_.open();
  lose_replies_until([&] { return list("active") == 0; });
  until([&] { return worker.stats().completed == 1; });
  EXPECT_THAT(notes_.lock_lost, IsEmpty());
}

TEST_F(WorkerFaultTest, a_retry_whose_reply_is_lost_is_one_attempt) {
  auto& worker = work_through_proxy(
      [this](Job& job) -> Task<Json> {
        ++runs_[job.id()];
        if (runs_[job.id()] > 1) co_return "done";
        co_await gate_.pass();
        throw std::runtime_error("not yet");
      },
      impatient());
  const auto id = add({.attempts = 5, .backoff = Backoff{"fixed", Millis(600)}});
  until([&] { return gate_.waiting() == 1; });
  proxy_->drop_replies();
  gate_.open();
  lose_replies_until([&] { return set("delayed") == 1; });
  until_done(1);
  EXPECT_EQ(runs_[id], 2);
  EXPECT_EQ(field(id, "atm"), "2");
  EXPECT_EQ(worker.stats().retried, 1u);
  EXPECT_THAT(notes_.lock_lost, IsEmpty());
}

TEST_F(WorkerFaultTest, a_finish_that_was_refused_before_and_after_a_lost_reply_is_a_lost_lock) {
  auto& worker = work_through_proxy(gated(), impatient());
  const auto id = add();
  until([&] { return gate_.waiting() == 1; });
  proxy_->drop_replies();
  server_.ask("SET", key(id + ":lock"), "somebody else");
  const auto sent = proxy_->received();
  gate_.open();
  lose_replies_until([&] { return proxy_->received() > sent; });
  until([&] { return notes_.lock_lost.size() == 1; });
  EXPECT_EQ(worker.stats().completed, 0u);
}

TEST_F(WorkerFaultTest, a_job_that_came_in_a_lost_reply_is_run_before_its_lock_is_over) {
  auto& worker = work_through_proxy(counting(), impatient());
  until([&] { return notes_.drained == 1; });
  worker.pause();
  add();
  proxy_->drop_replies();
  worker.resume();
  lose_replies_until([&] { return list("active") == 1; });
  until_done(1);
  expect_all_done_once(1);
  EXPECT_EQ(worker.stats().recovered, 1u);
}

TEST_F(WorkerFaultTest, a_marker_in_a_lost_reply_is_missed_for_a_moment_only) {
  auto options = impatient();
  options.drain_delay = Millis(8000);
  work_through_proxy(counting(), options);
  until([&] { return notes_.drained == 1; });
  pass(50);
  proxy_->drop_replies();
  add();
  const auto before = clock_.monotonic_now();
  lose_replies_until([&] { return server_.ask("EXISTS", key("marker")) == "0"; });
  until_done(1);
  EXPECT_LT(milliseconds_since(before), 3000);
}

TEST_F(WorkerFaultTest, recovery_leaves_alone_what_runs) {
  auto& worker = work_through_proxy(gated(), impatient(2));
  add();
  until([&] { return gate_.waiting() == 1 && notes_.drained == 1; });
  worker.pause();
  add();
  proxy_->drop_replies();
  worker.resume();
  lose_replies_until([&] { return list("active") == 2; });
  until([&] { return worker.stats().recovered == 1 && gate_.waiting() == 2; });
  pass(2500);  // the second look
  EXPECT_EQ(list("active"), 2);
  gate_.open();
  until_done(2);
  expect_all_done_once(2);
}

TEST_F(WorkerFaultTest, scripts_that_were_flushed_are_loaded_again) {
  add_many(2000);
  work(counting(), impatient(10));
  for (const std::size_t at : {300, 900, 1500}) {
    until([&] { return completed() >= at; });
    server_.ask("SCRIPT", "FLUSH");
  }
  until_done(2000);
  expect_all_done_once(2000);
}

TEST_F(WorkerFaultTest, a_server_that_stands_still_for_longer_than_the_timeout_loses_nothing) {
  add_many(400);
  work(taking(2), impatient(5));
  until([&] { return completed() >= 50; });
  const redis::Command sleep("DEBUG", "SLEEP", "1.5");
  base::asio::co_spawn(reactor_.context(), queue_.client().call(sleep),
                       [](std::exception_ptr, const auto&) {});
  until_done(400);
  expect_all_done_once(400);
}

TEST_F(WorkerFaultTest, clients_that_are_paused_lose_nothing) {
  add_many(400);
  work(taking(2), impatient(5));
  until([&] { return completed() >= 50; });
  server_.ask("CLIENT", "PAUSE", "1200", "ALL");
  until_done(400);
  expect_all_done_once(400);
}

TEST_F(WorkerFaultTest, a_server_without_memory_is_waited_for) {
  add();
  server_.ask("CONFIG", "SET", "maxmemory", "1");
  work(counting(), impatient());
  until([&] { return notes_.errors.size() > 2; });
  EXPECT_THAT(notes_.errors, Each(HasSubstr("OOM")));
  server_.ask("CONFIG", "SET", "maxmemory", "0");
  until_done(1);
  expect_all_done_once(1);
}

TEST_F(WorkerFaultTest, a_server_that_lost_everything_gets_new_work_done) {
  auto& worker = work(gated(), impatient());
  add();
  until([&] { return gate_.waiting() == 1; });
  server_.ask("FLUSHALL");
  server_.ask("SCRIPT", "FLUSH");
  gate_.open();
  until([&] { return notes_.lock_lost.size() == 1; });
  EXPECT_EQ(worker.stats().completed, 0u);
  add({.job_id = "after"});
  until_done(1);
}

std::size_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_F(WorkerFaultTest, many_reconnects_cost_neither_files_nor_memory) {
  auto& worker = work(counting(), impatient());
  const auto reconnect = [&](int times) {
    for (int time = 0; time < times; ++time) {
      const auto before = worker.client().status().connects;
      lose_connections();
      until([&] { return worker.client().status().connects > before && worker.client().status().connected; });
    }
    notes_ = {};
    runs_.clear();
    add();
    until_done(1);
  };
  reconnect(5);
  const auto files = open_files();
  const auto bytes = mallinfo2().uordblks;
  reconnect(25);
  EXPECT_LE(open_files(), files + 2);
  EXPECT_LT(mallinfo2().uordblks, bytes + (512 << 10));
}

// A queue and a worker of more than one server.
class WorkerTopologyTest : public WorkerFaultTest {
 protected:
  void use(const std::string& url, const std::string& prefix) {
    far_queue_ = std::make_unique<Queue>(reactor_.executor(), clock_, redis::parse_url(url), "q",
                                         QueueOptions{.prefix = prefix});
    reactor_.run(far_queue_->start());
    auto options = impatient(5);
    options.prefix = prefix;
    work(taking(5), options, url);
  }
  ~WorkerTopologyTest() override {
    if (far_queue_) reactor_.run(far_queue_->stop());
  }
  void add_far(std::size_t count) {
    std::vector<NewJob> jobs(count);
    reactor_.run(far_queue_->add_many(std::move(jobs)));
  }

  std::unique_ptr<Queue> far_queue_;
};

TEST_F(WorkerTopologyTest, goes_on_at_the_new_master_after_a_failover) {
  support::RedisSentinel servers;
  use(servers.url(), "bull");
  add_far(200);
  until([&] { return std::stoi(servers.replica().ask("ZCARD", "bull:q:completed")) >= 50; });
  servers.master().kill();
  until([&] { return completed() >= 190; }, 15);
  close(*workers_[0], 0);
}

TEST_F(WorkerTopologyTest, goes_on_while_its_slot_moves_to_another_node) {
  support::RedisCluster servers;
  use(servers.url(), "{bull}");
  add_far(300);
  until([&] { return completed() >= 50; });
  const auto slot = static_cast<unsigned>(std::stoul(servers.node(0).ask("CLUSTER", "KEYSLOT", "{bull}")));
  const auto from = servers.owner(slot);
  servers.migrate(slot, from, (from + 1) % servers.kMasters, [&] { reactor_.run_ready(); });
  until_done(300);
  EXPECT_THAT(notes_.completed, Each(Pair(::testing::_, 1)));
  close(*workers_[0], 0);
}

}  // namespace
}  // namespace watchbill::bullmq
