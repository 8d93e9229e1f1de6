#include "dispatch/ticker.h"

#include <gtest/gtest.h>

#include "queue/in_process.h"
#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::dispatch {
namespace {

using namespace std::chrono_literals;

class NoRunner final : public domain::RoundRunner {
 public:
  base::Task<domain::RunResult> run_user(domain::UserId) override {
    co_return domain::RunRefusal::unknown_user;
  }
  base::Task<domain::RunResult> run_claim(domain::Claim, domain::Trigger) override {
    co_return domain::RunRefusal::unknown_user;
  }
};

class TickerTest : public testing::Test {
 protected:
  void start(TickerOptions options) {
    ticker_ = std::make_unique<Ticker>(dispatcher_, database_.async(), clock_, due_earlier_,
                                       reactor_.executor(), options);
    reactor_.run(ticker_->start());
  }
  ~TickerTest() override {
    if (ticker_) reactor_.run(ticker_->stop());
  }
  std::vector<queue::Delivery> take() { return reactor_.run(queue_.take(10)); }

  base::SystemClock clock_;
  support::Reactor reactor_;  // outlives the store, whose thread posts to it
  support::TempStore database_{clock_};
  queue::InProcessQueue queue_{reactor_.executor(), clock_};
  NoRunner runner_;
  base::Event due_earlier_{reactor_.executor()};
  Dispatcher dispatcher_{database_.async(), queue_,
                         runner_,           clock_,
                         due_earlier_,      {.owner = "dispatcher-test", .batch_size = 1}};
  std::unique_ptr<Ticker> ticker_;
};

TEST_F(TickerTest, dispatches_everything_that_is_due_batch_after_batch) {
  for (int i = 0; i < 3; ++i) database_.add_due_user("user" + std::to_string(i));
  start({.tick = 1h});
  std::size_t jobs = 0;
  while (jobs < 3) jobs += take().size();
  EXPECT_EQ(jobs, 3u);
}

TEST_F(TickerTest, wakes_at_the_slot_and_not_at_the_tick) {
  const auto anna = database_.add_due_user("anna");
  // A lease that ends in 200 ms: due again then, while the tick is an hour.
  database_.store().schedules().claim_due({1, "dispatcher-dead", 200ms});
  const auto due = *database_.schedule(anna).locked_until;
  start({.tick = 1h});
  const auto jobs = take();
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].job.fence, 2);
  EXPECT_GE(clock_.now(), due);
}

TEST_F(TickerTest, looks_again_when_told_that_somebody_is_due_earlier) {
  const auto anna = database_.add_user("anna", 1440);
  start({.tick = 1h});
  reactor_.run_ready();
  // On the store's own thread: the ticker's first look may still be under way.
  reactor_.run(database_.async().run([anna](store::Store& store) { store.schedules().run_now(anna); }));
  dispatcher_.wake();
  EXPECT_EQ(take().at(0).job.user_id, anna);
}

TEST_F(TickerTest, switched_off_it_still_runs_what_somebody_wants_now) {
  const auto anna = database_.add_due_user("anna");
  start({.tick = std::nullopt, .cron_patience = 1h});
  reactor_.run_ready();
  dispatcher_.wake();
  EXPECT_EQ(take().at(0).job.user_id, anna);
}

TEST_F(TickerTest, switched_off_it_takes_over_when_cron_is_silent) {
  database_.add_due_user("anna");
  const auto started = clock_.monotonic_now();
  start({.tick = std::nullopt, .cron_patience = 150ms});
  EXPECT_EQ(take().size(), 1u);
  EXPECT_GE(clock_.monotonic_now() - started, 150ms);
}

TEST_F(TickerTest, standing_in_ends_with_the_second_call_and_not_with_one_by_hand) {
  constexpr auto kPatience = 600ms;
  database_.add_due_user("anna");
  start({.tick = std::nullopt, .cron_patience = kPatience});
  EXPECT_EQ(take().size(), 1u);
  ticker_->heard_cron();
  ticker_->heard_cron();  // a second batch of the same call
  EXPECT_TRUE(ticker_->cron_is_silent());
  base::Event never(reactor_.executor());
  reactor_.run(never.wait_until(clock_.monotonic_now() + kPatience / 4));
  ticker_->heard_cron();
  EXPECT_FALSE(ticker_->cron_is_silent());
}

TEST_F(TickerTest, stop_ends_a_long_sleep) {
  start({.tick = 1h});
  reactor_.run_ready();
  reactor_.run(ticker_->stop());
}

}  // namespace
}  // namespace watchbill::dispatch
