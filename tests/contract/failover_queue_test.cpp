// A dispatcher's queue while Redis is killed, paused, full, read-only, emptied, and when it comes back.
#include "queue/failover_queue.h"

#include <gtest/gtest.h>

#include "queue/in_process.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::queue {
namespace {

using namespace std::chrono_literals;

class FailoverQueueTest : public testing::Test {
 protected:
  explicit FailoverQueueTest(std::vector<std::string> arguments = {}) : redis_(std::move(arguments)) {
    open(redis_.url());
  }
  ~FailoverQueueTest() override { close(); }

  void open(const std::string& url, bool stands_in = true) {
    BullmqQueueOptions options{.server = redis::parse_url(url)};
    options.server.command_timeout = 300ms;
    options.server.max_backoff = 50ms;
    remote_ = std::make_unique<BullmqQueue>(reactor_.executor(), clock_, std::move(options));
    local_ = std::make_unique<InProcessQueue>(reactor_.executor(), clock_);
    FailoverOptions failover{.stands_in = stands_in, .check_every = 20ms, .check_timeout = 200ms};
    failover.breaker.recovery = 100ms;
    queue_ = std::make_unique<FailoverQueue>(reactor_.executor(), clock_, *remote_, *local_, failover);
    queue_->on_jobs_lost([this] { ++lost_; });
    reactor_.run(remote_->start());
    reactor_.run(local_->start());
    reactor_.run(queue_->start());
  }
  void close() {
    reactor_.run(queue_->stop());
    reactor_.run(remote_->stop());
    reactor_.run(local_->stop());
  }

  void add(const std::string& user) {
    std::vector<RoundJob> jobs(1,
                               {.user_id = user, .scheduled_at = {}, .slot = base::Timestamp(), .fence = 1});
    reactor_.run(queue_->add(std::move(jobs)));
  }
  std::int64_t waiting(Queue& queue) { return reactor_.run(queue.counts()).waiting; }
  bool knows(Queue& queue, const std::string& user) {
    std::vector<std::string> ids(1, job_id(user, 1));
    return reactor_.run(queue.knows(std::move(ids))).front();
  }
  bool degraded() const { return queue_->state().degraded; }
  void until_degraded(bool degraded = true) {
    reactor_.run_until([&] { return this->degraded() == degraded; });
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  support::RedisServer redis_;
  std::unique_ptr<BullmqQueue> remote_;
  std::unique_ptr<InProcessQueue> local_;
  std::unique_ptr<FailoverQueue> queue_;
  int lost_ = 0;
};

TEST_F(FailoverQueueTest, gives_jobs_to_redis_while_that_is_well) {
  add("a");
  EXPECT_EQ(waiting(*remote_), 1);
  EXPECT_EQ(waiting(*queue_), 1);
  EXPECT_EQ(waiting(*local_), 0);
  EXPECT_TRUE(knows(*queue_, "a"));
  EXPECT_FALSE(knows(*queue_, "b"));
  EXPECT_FALSE(degraded());
  EXPECT_EQ(lost_, 0);
}

TEST_F(FailoverQueueTest, notices_by_itself_that_redis_is_gone) {
  add("a");
  redis_.kill();
  until_degraded();
  EXPECT_EQ(lost_, 1) << "who waits there is to be claimed anew";
  EXPECT_NE(queue_->state().reason, "");
  EXPECT_TRUE(queue_->state().since);
  EXPECT_FALSE(knows(*queue_, "a"));
}

TEST_F(FailoverQueueTest, a_job_that_redis_cannot_take_runs_here) {
  redis_.kill();
  add("a");
  EXPECT_TRUE(degraded());
  EXPECT_EQ(waiting(*local_), 1);
  EXPECT_EQ(waiting(*queue_), 1) << "of those that run here";
  EXPECT_TRUE(knows(*queue_, "a"));
}

TEST_F(FailoverQueueTest, a_job_whose_reply_was_lost_is_in_both) {
  waiting(*remote_);  // connected
  redis_.pause();
  add("a");
  EXPECT_EQ(waiting(*local_), 1);
  redis_.resume();
  until_degraded(false);
  EXPECT_TRUE(knows(*remote_, "a")) << "it had arrived";
}

TEST_F(FailoverQueueTest, returns_to_redis_and_notices_that_it_was_started_again) {
  add("a");
  redis_.kill();
  until_degraded();
  redis_.start();
  until_degraded(false);
  EXPECT_EQ(queue_->state().reason, "");
  EXPECT_EQ(lost_, 3) << "when it went away, when it came back empty, and when it is used again";
  add("b");
  EXPECT_EQ(waiting(*remote_), 1);
}

TEST_F(FailoverQueueTest, notices_that_redis_was_emptied_without_going_away) {
  add("a");
  reactor_.run_until(
      [this] { return redis_.ask("HGET", "bull:monitor-user-tasks:meta", "watchbill.generation") != ""; });
  // Seen once before.
  const auto checks = redis_.info("total_commands_processed");
  reactor_.run_until(
      [&] { return std::stoll(redis_.info("total_commands_processed")) > std::stoll(checks) + 20; });
  redis_.ask("FLUSHALL");
  reactor_.run_until([this] { return lost_ == 1; });
  EXPECT_FALSE(degraded());
  EXPECT_FALSE(knows(*queue_, "a"));
}

TEST_F(FailoverQueueTest, notices_that_waiting_jobs_were_cleaned_away) {
  add("a");
  const auto known = [this] {
    return redis_.ask("HGET", "bull:monitor-user-tasks:meta", "watchbill.generation");
  };
  reactor_.run_until([&] { return known() != ""; });
  const auto before = known();
  EXPECT_EQ(reactor_.run(remote_->clean(JobState::waiting, 0ms)), 1);
  reactor_.run_until([&] { return known() != "" && known() != before; });
  reactor_.run_until([this] { return lost_ == 1; });
  EXPECT_FALSE(knows(*queue_, "a"));
}

TEST_F(FailoverQueueTest, a_server_that_is_full_is_as_good_as_none) {
  redis_.ask("CONFIG", "SET", "maxmemory", "1");
  until_degraded();
  EXPECT_NE(queue_->state().reason.find("OOM"), std::string::npos) << queue_->state().reason;
  add("a");
  EXPECT_EQ(waiting(*local_), 1);
  redis_.ask("CONFIG", "SET", "maxmemory", "0");
  until_degraded(false);
}

TEST_F(FailoverQueueTest, so_is_one_that_became_a_replica) {
  redis_.ask("REPLICAOF", "127.0.0.1", "1");
  until_degraded();
  redis_.ask("REPLICAOF", "NO", "ONE");
  until_degraded(false);
}

TEST_F(FailoverQueueTest, what_is_paused_in_redis_is_paused_here) {
  reactor_.run(remote_->pause());
  reactor_.run_until([this] { return reactor_.run(local_->is_paused()); });
  redis_.kill();
  until_degraded();
  EXPECT_TRUE(reactor_.run(local_->is_paused()));
  redis_.start();
  reactor_.run_until([this] { return !reactor_.run(local_->is_paused()); });
}

TEST_F(FailoverQueueTest, only_watches_where_nothing_stands_in) {
  close();
  open(redis_.url(), false);
  add("a");
  redis_.kill();
  EXPECT_THROW(add("b"), Unavailable);
  EXPECT_THROW(waiting(*queue_), Unavailable);
  EXPECT_EQ(waiting(*local_), 0);
  EXPECT_FALSE(degraded());
  redis_.start();
  reactor_.run_until([this] { return lost_ == 1; });
  EXPECT_FALSE(knows(*queue_, "a")) << "it came back empty";
}

class FailoverQueuePasswordTest : public FailoverQueueTest {
 protected:
  FailoverQueuePasswordTest() : FailoverQueueTest({"--requirepass", "secret"}) {}
};

TEST_F(FailoverQueuePasswordTest, and_one_whose_password_is_wrong) {
  until_degraded();
  EXPECT_EQ(queue_->state().reason.find("secret"), std::string::npos) << queue_->state().reason;
  add("a");
  EXPECT_EQ(waiting(*local_), 1);
}

}  // namespace
}  // namespace watchbill::queue
