// What dispatch and runner rely on, whatever the queue is made of.
#include <gtest/gtest.h>

#include <memory>

#include "queue/bullmq_queue.h"
#include "queue/in_process.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::queue {
namespace {

using Kind = Settlement::Kind;

constexpr base::Millis kSoon{1};

enum class Engine { in_process, bullmq };

class QueueContract : public testing::TestWithParam<Engine> {
 protected:
  QueueContract() {
    if (GetParam() == Engine::bullmq) redis_.emplace();
    queue_ = open();
    reactor_.run(queue_->start());
  }
  ~QueueContract() override { reactor_.run(queue_->stop()); }

  std::unique_ptr<Queue> open() {
    if (GetParam() == Engine::in_process)
      return std::make_unique<InProcessQueue>(
          reactor_.executor(), clock_,
          InProcessOptions{.attempts = 2, .backoff = kSoon, .return_delay = kSoon});
    BullmqQueueOptions options{
        .server = redis::parse_url(redis_->url()), .backoff = kSoon, .return_delay = kSoon};
    return std::make_unique<BullmqQueue>(reactor_.executor(), clock_, std::move(options));
  }

  static RoundJob job(const std::string& user, domain::Fence fence = 1) {
    return {.user_id = user, .scheduled_at = {}, .slot = base::Timestamp(), .fence = fence};
  }
  void add(std::vector<RoundJob> jobs) { reactor_.run(queue_->add(std::move(jobs))); }
  std::vector<Delivery> take(std::size_t limit = 10) { return reactor_.run(queue_->take(limit)); }
  // One at a time, until there are that many: an engine may hand out less than there is.
  std::vector<Delivery> take_all(std::size_t count) {
    std::vector<Delivery> all;
    while (all.size() < count)
      for (auto& delivery : take(count - all.size())) all.push_back(std::move(delivery));
    return all;
  }
  void settle(const std::string& id, Kind kind) {
    std::vector<Settlement> one{{id, kind, "because"}};
    reactor_.run(queue_->settle(std::move(one)));
  }
  domain::QueueCounts counts() { return reactor_.run(queue_->counts()); }
  // Settling is told to the queue; what it does then may take a moment.
  void expect_soon(const std::function<bool(const domain::QueueCounts&)>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition(counts())) {
      ASSERT_LT(std::chrono::steady_clock::now(), end)
          << "waiting " << counts().waiting << ", active " << counts().active << ", completed "
          << counts().completed << ", failed " << counts().failed;
    }
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  std::optional<support::RedisServer> redis_;
  std::unique_ptr<Queue> queue_;
};

TEST_P(QueueContract, hands_out_jobs_in_order) {
  add({job("a"), job("b"), job("c")});
  const auto first = take_all(2);
  EXPECT_EQ(first[0].id, "monitor-a-1");
  EXPECT_EQ(first[1].job.user_id, "b");
  EXPECT_EQ(take()[0].job.user_id, "c");
}

TEST_P(QueueContract, a_job_arrives_as_it_was_added) {
  const auto slot = base::from_epoch_ms(1'795'000'000'123);
  add({{.user_id = "u-1",
        .user_email = "林@example.org",
        .interval_minutes = 1440,
        .scheduled_at = slot + base::Millis(7),
        .slot = slot,
        .fence = 9'000'000'000}});
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].attempt, 1);
  EXPECT_EQ(taken[0].job.user_email, "林@example.org");
  EXPECT_EQ(taken[0].job.interval_minutes, 1440);
  EXPECT_EQ(taken[0].job.scheduled_at, slot + base::Millis(7));
  EXPECT_EQ(taken[0].job.slot, slot);
  EXPECT_EQ(taken[0].job.fence, 9'000'000'000);
}

TEST_P(QueueContract, take_waits_for_work_and_gives_no_more_than_asked_for) {
  std::vector<Delivery> taken;
  base::asio::co_spawn(reactor_.context(), queue_->take(1),
                       [&](std::exception_ptr, std::vector<Delivery> d) { taken = std::move(d); });
  reactor_.run_ready();
  EXPECT_TRUE(taken.empty());
  add({job("a"), job("b"), job("c")});
  reactor_.run_until([&] { return !taken.empty(); });
  EXPECT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].job.user_id, "a");
}

TEST_P(QueueContract, the_same_claim_is_queued_once_but_a_newer_claim_is_another_job) {
  add({job("a", 1), job("a", 1), job("a", 2)});
  EXPECT_EQ(counts().waiting, 2);
  take_all(2);
  add({job("a", 1)});
  EXPECT_EQ(counts().waiting, 0) << "in a worker's hands is still known";
}

TEST_P(QueueContract, counts_follow_a_job_through_its_life) {
  add({job("a"), job("b"), job("c")});
  const auto taken = take_all(3);
  EXPECT_EQ(counts().waiting, 0);
  EXPECT_EQ(counts().active, 3);
  settle(taken[0].id, Kind::completed);
  settle(taken[1].id, Kind::failed);
  settle(taken[2].id, Kind::dropped);
  expect_soon([](const auto& counts) { return counts.active == 0; });
  EXPECT_EQ(counts().completed, 2);
  EXPECT_EQ(counts().failed, 1);
  EXPECT_EQ(counts().dropped, 1);
}

TEST_P(QueueContract, a_retry_comes_again_once_and_then_fails) {
  add({job("a")});
  settle(take()[0].id, Kind::retry);
  const auto again = take();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempt, 2);
  settle(again[0].id, Kind::retry);
  expect_soon([](const auto& counts) { return counts.failed == 1; });
  EXPECT_EQ(counts().delayed, 0);
}

TEST_P(QueueContract, a_returned_job_keeps_its_attempts) {
  add({job("a")});
  for (int i = 0; i < 5; ++i) {
    const auto taken = take();
    EXPECT_EQ(taken[0].attempt, 1);
    settle(taken[0].id, Kind::returned);
  }
}

TEST_P(QueueContract, every_job_is_handed_out_once_while_many_are_settled) {
  constexpr int kJobs = 500;
  std::vector<RoundJob> jobs;
  for (int i = 0; i < kJobs; ++i) jobs.push_back(job("user-" + std::to_string(i)));
  add(std::move(jobs));
  std::set<std::string> seen;
  while (seen.size() < kJobs) {
    for (const auto& delivery : take(50)) {
      EXPECT_TRUE(seen.insert(delivery.job.user_id).second) << delivery.id << " came twice";
      settle(delivery.id, Kind::completed);
    }
  }
  expect_soon([](const auto& counts) { return counts.completed == kJobs; });
}

TEST_P(QueueContract, stop_wakes_a_waiting_worker) {
  bool ended = false;
  base::asio::co_spawn(reactor_.context(), queue_->take(10),
                       [&](std::exception_ptr, std::vector<Delivery> d) { ended = d.empty(); });
  reactor_.run_ready();
  reactor_.run(queue_->stop());
  reactor_.run_until([&] { return ended; });
}

TEST_P(QueueContract, settling_twice_or_something_unknown_does_nothing) {
  add({job("a")});
  const auto id = take()[0].id;
  settle(id, Kind::completed);
  settle(id, Kind::completed);
  settle("monitor-x-9", Kind::failed);
  expect_soon([](const auto& counts) { return counts.completed == 1; });
  EXPECT_EQ(counts().failed, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, QueueContract, testing::Values(Engine::in_process, Engine::bullmq),
                         [](const auto& info) {
                           return std::string(info.param == Engine::in_process ? "in_process" : "bullmq");
                         });

// What only a queue outside the process can promise.
class BullmqQueueTest : public QueueContract {};

TEST_P(BullmqQueueTest, what_was_taken_or_fetched_goes_back_when_the_queue_stops) {
  add({job("a"), job("b"), job("c")});
  take(1);
  reactor_.run(queue_->stop());
  queue_ = open();
  reactor_.run(queue_->start());
  std::set<std::string> users;
  for (const auto& delivery : take_all(3)) users.insert(delivery.job.user_id);
  EXPECT_EQ(users, (std::set<std::string>{"a", "b", "c"}));
}

TEST_P(BullmqQueueTest, a_job_of_another_shape_fails_with_a_reason_and_the_next_one_is_handed_out) {
  reactor_.run(queue_->stop());
  base::asio::io_context& context = reactor_.context();
  bullmq::Queue foreign(context.get_executor(), clock_, redis::parse_url(redis_->url()),
                        "monitor-user-tasks");
  reactor_.run(foreign.start());
  bullmq::Json nobody = {{"interval", 5}};
  const auto bad = reactor_.run(foreign.add("monitor", std::move(nobody)));
  bullmq::Json node = {{"userId", "n"}, {"userEmail", "n@example.org"}, {"intervalMinutes", 5}};
  reactor_.run(foreign.add("monitor", std::move(node)));
  queue_ = open();
  reactor_.run(queue_->start());
  const auto taken = take();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].job.user_id, "n");
  EXPECT_FALSE(taken[0].job.fence);
  expect_soon([](const auto& counts) { return counts.failed == 1; });
  EXPECT_EQ(redis_->ask("HGET", "bull:monitor-user-tasks:" + bad.id(), "failedReason"),
            "the job names no user: userId is missing");
  reactor_.run(foreign.stop());
}

TEST_P(BullmqQueueTest, the_meta_of_the_queue_says_who_writes) {
  reactor_.run_until([&] { return redis_->ask("HGET", "bull:monitor-user-tasks:meta", "version") != ""; });
  EXPECT_EQ(redis_->ask("HGET", "bull:monitor-user-tasks:meta", "version").substr(0, 7), "bullmq:");
}

TEST_P(BullmqQueueTest, a_user_whose_id_no_job_may_have_is_queued_all_the_same) {
  add({job("a:b"), job("c")});
  std::set<std::string> users;
  for (const auto& delivery : take_all(2)) users.insert(delivery.job.user_id);
  EXPECT_EQ(users, (std::set<std::string>{"a:b", "c"}));
}

TEST_P(BullmqQueueTest, an_addition_that_redis_cannot_take_is_told_apart_from_one_that_it_may_have_taken) {
  redis_->kill();
  try {
    add({job("a")});
    FAIL() << "there is no Redis";
  } catch (const Unavailable& e) {
    EXPECT_FALSE(e.outcome_unknown) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Redis, BullmqQueueTest, testing::Values(Engine::bullmq),
                         [](const auto&) { return std::string("bullmq"); });

}  // namespace
}  // namespace watchbill::queue
