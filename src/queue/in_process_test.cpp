#include "queue/in_process.h"

#include <gtest/gtest.h>

#include "tests/support/reactor.h"

namespace watchbill::queue {
namespace {

using Kind = Settlement::Kind;

class InProcessQueueTest : public testing::Test {
 protected:
  InProcessQueueTest() { reactor_.run(queue_.start()); }
  ~InProcessQueueTest() override { reactor_.run(queue_.stop()); }

  static RoundJob job(const std::string& user, domain::Fence fence = 1) {
    return {.user_id = user, .scheduled_at = {}, .slot = base::Timestamp(), .fence = fence};
  }
  void add(std::vector<RoundJob> jobs) { reactor_.run(queue_.add(std::move(jobs))); }
  std::vector<Delivery> take(std::size_t limit = 10) { return reactor_.run(queue_.take(limit)); }
  void settle(const std::string& id, Kind kind) {
    std::vector<Settlement> one{{id, kind, ""}};
    reactor_.run(queue_.settle(std::move(one)));
  }
  domain::QueueCounts counts() { return reactor_.run(queue_.counts()); }

  support::Reactor reactor_;
  base::SystemClock clock_;
  InProcessQueue queue_{reactor_.executor(),
                        clock_,
                        {.attempts = 2, .backoff = base::Millis(1), .return_delay = base::Millis(1)}};
};

TEST_F(InProcessQueueTest, hands_out_jobs_in_order) {
  add({job("a"), job("b"), job("c")});
  const auto first = take(2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].id, "monitor-a-1");
  EXPECT_EQ(first[1].job.user_id, "b");
  EXPECT_EQ(take()[0].job.user_id, "c");
}

TEST_F(InProcessQueueTest, take_waits_for_work) {
  std::vector<Delivery> taken;
  base::asio::co_spawn(reactor_.context(), queue_.take(10),
                       [&](std::exception_ptr, std::vector<Delivery> d) { taken = std::move(d); });
  reactor_.run_ready();
  EXPECT_TRUE(taken.empty());
  add({job("a")});
  reactor_.run_until([&] { return !taken.empty(); });
  EXPECT_EQ(taken[0].job.user_id, "a");
}

TEST_F(InProcessQueueTest, the_same_claim_is_queued_once_but_a_newer_claim_is_another_job) {
  add({job("a", 1), job("a", 1), job("a", 2)});
  EXPECT_EQ(counts().waiting, 2);
  take(1);
  add({job("a", 1)});
  EXPECT_EQ(counts().waiting, 1) << "in a worker's hands is still known";
}

TEST_F(InProcessQueueTest, counts_follow_a_job_through_its_life) {
  add({job("a"), job("b"), job("c")});
  const auto taken = take(2);
  EXPECT_EQ(counts().waiting, 1);
  EXPECT_EQ(counts().active, 2);
  settle(taken[0].id, Kind::completed);
  settle(taken[1].id, Kind::failed);
  EXPECT_EQ(counts().active, 0);
  EXPECT_EQ(counts().completed, 1);
  EXPECT_EQ(counts().failed, 1);
}

TEST_F(InProcessQueueTest, a_retry_comes_again_once_and_then_fails) {
  add({job("a")});
  settle(take()[0].id, Kind::retry);
  const auto again = take();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].attempt, 2);
  settle(again[0].id, Kind::retry);
  EXPECT_EQ(counts().failed, 1);
  EXPECT_EQ(counts().delayed, 0);
}

TEST_F(InProcessQueueTest, a_returned_job_keeps_its_attempts) {
  add({job("a")});
  for (int i = 0; i < 5; ++i) {
    const auto taken = take();
    EXPECT_EQ(taken[0].attempt, 1);
    settle(taken[0].id, Kind::returned);
  }
}

TEST_F(InProcessQueueTest, stop_wakes_a_waiting_worker) {
  bool ended = false;
  base::asio::co_spawn(reactor_.context(), queue_.take(10),
                       [&](std::exception_ptr, std::vector<Delivery> d) { ended = d.empty(); });
  reactor_.run_ready();
  reactor_.run(queue_.stop());
  reactor_.run_until([&] { return ended; });
}

TEST_F(InProcessQueueTest, settling_twice_or_something_unknown_does_nothing) {
  add({job("a")});
  const auto id = take()[0].id;
  settle(id, Kind::completed);
  settle(id, Kind::completed);
  settle("monitor-x-9", Kind::failed);
  EXPECT_EQ(counts().completed, 1);
  EXPECT_EQ(counts().failed, 0);
}

}  // namespace
}  // namespace watchbill::queue
