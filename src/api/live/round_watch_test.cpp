#include "api/live/round_watch.h"

#include <gtest/gtest.h>

#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::api {
namespace {

class RoundWatchTest : public testing::Test {
 protected:
  RoundWatchTest() {
    user_ = temp_.add_user("ada");
    subscription_ = bus_.subscribe(user_, [this](const domain::Event& event) {
      heard_.push_back(event.data.index());
      if (const auto* started = std::get_if<domain::RoundStarted>(&event.data)) total_ = started->total;
      if (const auto* finished = std::get_if<domain::RoundFinished>(&event.data))
        worker_ = finished->round.worker;
    });
    reactor_.run(watch_.start());
    look();
  }
  ~RoundWatchTest() override { reactor_.run(watch_.stop()); }

  // The watch looks on the store's thread at any time: so does the test.
  template <class Work>
  auto in_store(Work work) {
    return reactor_.run(temp_.async().run(std::move(work)));
  }
  // As many looks as make sure that what was done before is seen.
  void look() {
    for (int i = 0; i < 2; ++i) {
      const auto next = clock_.monotonic_now() + RoundWatch::kEvery;
      reactor_.run_until([&] { return clock_.monotonic_now() > next; });
    }
  }
  domain::StartedRound start(const std::string& worker) {
    return in_store([&](store::Store& store) {
      store.schedules().run_now(user_);
      auto started = store.schedules().claim_and_start({user_, worker, std::chrono::seconds(60), false});
      return std::get<domain::StartedRound>(std::move(started));
    });
  }
  void finish(const domain::StartedRound& started, const std::string& worker) {
    store::FinishedRound finished;
    finished.round = {.user_id = user_,
                      .slot = started.claim.slot,
                      .fence = started.claim.fence,
                      .worker = worker,
                      .started_at = started.started_at,
                      .finished_at = started.started_at,
                      .outcome = domain::Outcome::skipped};
    std::vector<store::FinishedRound> rounds(1, finished);
    ASSERT_TRUE(
        in_store([&](store::Store& store) { return store.schedules().finish(rounds).front().recorded; }));
  }
  template <class Event>
  std::size_t heard() const {
    const auto index = decltype(domain::Event::data)(Event{}).index();
    return static_cast<std::size_t>(std::count(heard_.begin(), heard_.end(), index));
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  support::TempStore temp_{clock_};
  domain::EventBus bus_;
  domain::UserId user_;
  std::vector<std::size_t> heard_;
  int total_ = -1;
  std::string worker_;
  domain::EventBus::Subscription subscription_;
  RoundWatch watch_{reactor_.executor(), temp_.async(), bus_, clock_, {"worker-here"}};
};

TEST_F(RoundWatchTest, tells_of_a_round_that_another_process_runs) {
  EXPECT_TRUE(heard_.empty()) << "the page was loaded just now";
  const auto round = start("worker-elsewhere");
  look();
  EXPECT_EQ(heard<domain::RoundStarted>(), 1u);
  EXPECT_EQ(total_, 0);
  finish(round, "worker-elsewhere");
  look();
  EXPECT_EQ(heard<domain::RoundFinished>(), 1u);
  EXPECT_EQ(worker_, "worker-elsewhere");
  EXPECT_GE(heard<domain::ScheduleChanged>(), 1u);
  const auto before = heard_.size();
  look();
  EXPECT_EQ(heard_.size(), before) << "once";
}

TEST_F(RoundWatchTest, leaves_this_process_s_own_rounds_to_it) {
  finish(start("worker-here"), "worker-here");
  look();
  EXPECT_EQ(heard<domain::RoundStarted>(), 0u);
  EXPECT_EQ(heard<domain::RoundFinished>(), 0u);
}

TEST_F(RoundWatchTest, tells_of_a_schedule_that_was_changed_elsewhere) {
  in_store([&](store::Store& store) { return store.schedules().edit(user_, {.interval_minutes = 17}); });
  look();
  EXPECT_EQ(heard<domain::ScheduleChanged>(), 1u);
}

}  // namespace
}  // namespace watchbill::api
