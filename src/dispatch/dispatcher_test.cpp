#include "dispatch/dispatcher.h"

#include <gtest/gtest.h>

#include "queue/in_process.h"
#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::dispatch {
namespace {

using base::Task;

// Notes whom it was asked to run; "broken" stands for a failure of the process, not of a monitor.
class NotingRunner final : public domain::RoundRunner {
 public:
  Task<domain::RunResult> run_user(domain::UserId) override { co_return domain::RunRefusal::unknown_user; }
  Task<domain::RunResult> run_claim(domain::Claim claim, domain::Trigger trigger) override {
    if (claim.user_email == "broken@example.org") throw std::runtime_error("broken");
    if (ran.size() >= most) co_return domain::RunRefusal::stopping;
    ran.push_back(claim.user_id);
    if (store) {
      auto count = [](store::Store& store) { return store.schedules().count_due(10); };
      due_meanwhile.push_back(co_await store->run(std::move(count)));
    }
    domain::RoundReport report;
    report.round.trigger = trigger;
    report.round.outcome =
        claim.user_email == "down@example.org" ? domain::Outcome::failed : domain::Outcome::success;
    co_return report;
  }

  std::vector<domain::UserId> ran;
  std::size_t most = 100;              // stopping afterwards
  store::AsyncStore* store = nullptr;  // to look how many are due while a round runs
  std::vector<std::int64_t> due_meanwhile;
};

// A queue that cannot be reached.
class BrokenQueue final : public queue::Queue {
 public:
  explicit BrokenQueue(bool outcome_unknown) : outcome_unknown_(outcome_unknown) {}
  Task<> start() override { co_return; }
  Task<> stop() override { co_return; }
  Task<> add(std::vector<queue::RoundJob>) override {
    throw queue::Unavailable("connection refused", outcome_unknown_);
    co_return;
  }
  Task<std::vector<queue::Delivery>> take(std::size_t) override { co_return std::vector<queue::Delivery>(); }
  void stop_taking() override {}
  Task<> settle(std::vector<queue::Settlement>) override { co_return; }
  Task<domain::QueueCounts> counts() override { co_return domain::QueueCounts(); }
  Task<std::vector<bool>> knows(std::vector<std::string> ids) override {
    co_return std::vector<bool>(ids.size(), false);
  }

 private:
  bool outcome_unknown_;
};

class DispatcherTest : public testing::Test {
 protected:
  Dispatcher dispatcher(queue::Queue& queue, DispatcherOptions options = {}) {
    options.owner = "dispatcher-test";
    return Dispatcher(database_.async(), queue, runner_, clock_, due_earlier_, std::move(options));
  }
  domain::DispatchReport dispatch(DispatcherOptions options = {}) {
    auto one = dispatcher(queue_, std::move(options));
    return reactor_.run(one.dispatch());
  }

  base::SystemClock clock_;
  support::Reactor reactor_;  // outlives the store, whose thread posts to it
  support::TempStore database_{clock_};
  queue::InProcessQueue queue_{reactor_.executor(), clock_};
  NotingRunner runner_;
  base::Event due_earlier_{reactor_.executor()};
};

TEST_F(DispatcherTest, puts_one_job_for_each_due_user_into_the_queue) {
  const auto anna = database_.add_due_user("anna");
  database_.add_user("not-due-yet", 1440);
  const auto report = dispatch();
  EXPECT_EQ(report.user_ids, std::vector{anna});
  EXPECT_EQ(report.remaining, 0);
  EXPECT_EQ(report.queue.waiting, 1);

  const auto jobs = reactor_.run(queue_.take(10));
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].id, "monitor-" + anna + "-1");
  EXPECT_EQ(jobs[0].job.user_email, "anna@example.org");
  const auto schedule = database_.schedule(anna);
  EXPECT_EQ(jobs[0].job.slot, schedule.next_run_at);
  EXPECT_EQ(schedule.locked_by, "dispatcher-test");
  EXPECT_TRUE(schedule.queued(clock_.now()));
}

TEST_F(DispatcherTest, claims_a_batch_and_says_how_many_remain) {
  for (int i = 0; i < 5; ++i) database_.add_due_user("user" + std::to_string(i));
  const auto first = dispatch({.batch_size = 2});
  EXPECT_EQ(first.user_ids.size(), 2u);
  EXPECT_EQ(first.remaining, 3);
  EXPECT_EQ(dispatch({.batch_size = 10}).user_ids.size(), 3u);
  EXPECT_EQ(dispatch().user_ids.size(), 0u) << "claimed users are not claimed again";
}

TEST_F(DispatcherTest, full_batches_go_on_where_the_last_one_ended_and_miss_nobody_behind_it) {
  for (int i = 0; i < 4; ++i) database_.add_due_user("user" + std::to_string(i));
  auto one = dispatcher(queue_, {.batch_size = 2});
  const auto first = reactor_.run(one.dispatch());
  EXPECT_EQ(first.remaining, 2);
  std::vector<store::ClaimRef> claims;
  for (const auto& user : first.user_ids) claims.push_back({user, 1});
  database_.store().schedules().release(claims);

  const auto second = reactor_.run(one.dispatch());
  EXPECT_EQ(second.user_ids.size(), 2u);
  EXPECT_GT(second.remaining, 0) << "whoever is behind counts";
  const auto third = reactor_.run(one.dispatch());
  EXPECT_EQ(third.user_ids.size(), 2u);
  EXPECT_EQ(third.remaining, 0);
  const auto batch = reactor_.run(one.dispatch_batch());
  EXPECT_EQ(batch.claimed, 0u);
  EXPECT_FALSE(batch.full);
}

TEST_F(DispatcherTest, claims_nothing_while_the_queue_is_too_deep) {
  database_.add_due_user("anna");
  database_.add_due_user("bert");
  EXPECT_EQ(dispatch({.batch_size = 1, .max_queue = 1}).user_ids.size(), 1u);
  const auto report = dispatch({.batch_size = 1, .max_queue = 1});
  EXPECT_EQ(report.user_ids.size(), 0u);
  EXPECT_EQ(report.remaining, 1);
}

TEST_F(DispatcherTest, releases_claims_that_the_queue_refused) {
  const auto anna = database_.add_due_user("anna");
  BrokenQueue broken(false);
  auto one = dispatcher(broken);
  EXPECT_THROW(reactor_.run(one.dispatch()), queue::Unavailable);
  EXPECT_FALSE(database_.schedule(anna).locked_until);
  EXPECT_EQ(dispatch().user_ids, std::vector{anna});
}

TEST_F(DispatcherTest, keeps_claims_whose_enqueueing_is_uncertain) {
  const auto anna = database_.add_due_user("anna");
  BrokenQueue broken(true);
  auto one = dispatcher(broken);
  EXPECT_THROW(reactor_.run(one.dispatch()), queue::Unavailable);
  EXPECT_TRUE(database_.schedule(anna).queued(clock_.now()));
}

TEST_F(DispatcherTest, sync_runs_the_due_users_here) {
  database_.add_due_user("up");
  database_.add_due_user("down");
  auto one = dispatcher(queue_);
  const auto report = reactor_.run(one.dispatch_sync());
  ASSERT_EQ(report.items.size(), 2u);
  EXPECT_EQ(runner_.ran.size(), 2u);
  for (const auto& item : report.items) EXPECT_EQ(item.ok, item.email == "up@example.org");
  EXPECT_EQ(reactor_.run(queue_.counts()).waiting, 0);
}

TEST_F(DispatcherTest, sync_claims_each_user_when_his_turn_comes) {
  database_.add_due_user("anna");
  database_.add_due_user("bert");
  runner_.store = &database_.async();
  auto one = dispatcher(queue_);
  EXPECT_EQ(reactor_.run(one.dispatch_sync()).items.size(), 2u);
  EXPECT_EQ(runner_.due_meanwhile, (std::vector<std::int64_t>{1, 0}));
}

TEST_F(DispatcherTest, sync_ends_when_no_more_rounds_are_run_here_and_frees_the_next) {
  database_.add_due_user("anna");
  database_.add_due_user("bert");
  runner_.most = 1;
  auto one = dispatcher(queue_);
  EXPECT_EQ(reactor_.run(one.dispatch_sync()).items.size(), 1u);
  EXPECT_EQ(dispatch().user_ids.size(), 1u);
}

TEST_F(DispatcherTest, sync_that_breaks_frees_those_it_did_not_reach) {
  database_.add_due_user("broken");
  database_.add_due_user("anna");
  auto one = dispatcher(queue_);
  EXPECT_THROW(reactor_.run(one.dispatch_sync()), std::runtime_error);
  EXPECT_EQ(dispatch().user_ids.size(), 2 - runner_.ran.size());
}

}  // namespace
}  // namespace watchbill::dispatch
