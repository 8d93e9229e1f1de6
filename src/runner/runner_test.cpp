#include "runner/runner.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <future>

#include "queue/in_process.h"
#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::runner {
namespace {

using namespace std::chrono_literals;
using base::Task;
using domain::Verdict;

// Answers by the name of the monitor: "up…", "down…", "unknown…"; "hang…" until cancelled or let go.
class ScriptedProber final : public domain::Prober {
 public:
  explicit ScriptedProber(base::asio::any_io_executor executor) : let_go_(executor) {}

  Task<domain::Finding> probe(std::string, nlohmann::json config) override {
    const auto name = config.at("url").get<std::string>();
    ++probed;
    if (name.starts_with("throw")) throw std::runtime_error("defect");
    if (name.starts_with("hang")) {
      ++hanging;
      co_await let_go_.wait();
    }
    domain::Finding finding;
    finding.cause = name.starts_with("down")      ? domain::Cause::connection_refused
                    : name.starts_with("unknown") ? domain::Cause::resolver_failed
                                                  : domain::Cause::ok;
    finding.verdict = domain::verdict_of(finding.cause);
    co_return finding;
  }
  void let_go() { let_go_.notify(); }

  int probed = 0;
  int hanging = 0;

 private:
  base::Event let_go_;
};

class RunnerTest : public testing::Test {
 protected:
  ~RunnerTest() override {
    if (runner_) stop();
    reactor_.run(orders_.join());
    reactor_.run(queue_.stop());
  }

  void start(RunnerOptions options = {}) {
    options.worker = "worker-test";
    runner_ = std::make_unique<Runner>(database_.async(), queue_, prober_, events_, clock_,
                                       reactor_.executor(), std::move(options));
    reactor_.run(queue_.start());
    reactor_.run(runner_->start());
  }
  void stop() {
    reactor_.run(runner_->stop());
    runner_.reset();
  }
  // On the store's own thread, where the runner may be at work.
  template <class Work>
  auto in_store(Work work) {
    return reactor_.run(database_.async().run(std::move(work)));
  }
  domain::UserId due_user(const std::string& name, const std::vector<std::string>& monitors) {
    return in_store([&](store::Store&) {
      const auto id = database_.add_due_user(name);
      for (const auto& monitor : monitors) database_.add_monitor(id, monitor);
      return id;
    });
  }
  std::vector<domain::Claim> claim() {
    return in_store([](store::Store& store) {
      return store.schedules().claim_due({100, "dispatcher-test", 900s});
    });
  }
  Task<> stop_and_tell(bool& stopped) {
    co_await runner_->stop();
    stopped = true;
  }
  void enqueue(std::vector<domain::Claim> claims) {
    std::vector<queue::RoundJob> jobs;
    for (auto& claim : claims) jobs.push_back(queue::job_of(std::move(claim), clock_.now()));
    reactor_.run(queue_.add(std::move(jobs)));
  }
  domain::QueueCounts counts() { return reactor_.run(queue_.counts()); }
  void until_settled(std::int64_t jobs) {
    reactor_.run_until([&] { return counts().completed + counts().failed >= jobs; });
  }
  void until_recorded(const domain::UserId& user) {
    reactor_.run_until([&] { return !rounds(user).empty(); });
  }
  std::vector<domain::Round> rounds(const domain::UserId& user) {
    return in_store([user](store::Store& store) { return store.monitors().rounds({.user_id = user}); });
  }
  domain::Schedule schedule(const domain::UserId& user) {
    return in_store([user](store::Store& store) { return *store.schedules().find(user); });
  }

  // One after the other, as a sync call does.
  template <class... Users>
  Task<> order(Users... users) {
    for (const domain::UserId& user : {users...}) {
      auto answer = co_await runner_->run_user(user);
      answers_.push_back(std::move(answer));
    }
  }
  static domain::RunRefusal refusal(const domain::RunResult& result) {
    return std::get<domain::RunRefusal>(result);
  }

  std::vector<domain::RunResult> answers_;  // of orders_
  base::SystemClock clock_;
  support::Reactor reactor_;  // outlives the store, whose thread posts to it
  support::TempStore database_{clock_, 50ms};
  queue::InProcessQueue queue_{reactor_.executor(), clock_, {.backoff = 10ms, .return_delay = 10ms}};
  ScriptedProber prober_{reactor_.executor()};
  domain::EventBus events_;
  std::unique_ptr<Runner> runner_;
  base::TaskGroup orders_{reactor_.executor()};
};

TEST_F(RunnerTest, checks_every_monitor_and_records_the_round) {
  const auto anna = due_user("anna", {"up-1", "down-1", "unknown-1", "up-2"});
  const auto claims = claim();
  start();
  enqueue(claims);
  until_settled(1);
  const auto recorded = rounds(anna);
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].slot, claims[0].slot);
  EXPECT_EQ(recorded[0].outcome, domain::Outcome::failed);
  EXPECT_EQ(recorded[0].error, "1 of 4 monitors down");
  EXPECT_EQ(recorded[0].counts.up, 2);
  EXPECT_EQ(recorded[0].counts.unknown, 1);
  EXPECT_EQ(recorded[0].worker, "worker-test");
  const auto after = schedule(anna);
  EXPECT_EQ(after.next_run_at, claims[0].slot + 5min);
  EXPECT_EQ(after.last_status, "failed");
  EXPECT_FALSE(after.locked_until);
}

TEST_F(RunnerTest, a_round_without_monitors_is_skipped_and_the_cadence_goes_on) {
  const auto anna = due_user("anna", {});
  start();
  enqueue(claim());
  until_settled(1);
  EXPECT_EQ(rounds(anna).at(0).outcome, domain::Outcome::skipped);
}

TEST_F(RunnerTest, many_rounds_at_once_are_all_recorded_once) {
  std::vector<domain::UserId> users;
  for (int i = 0; i < 50; ++i) users.push_back(due_user("user" + std::to_string(i), {"up-1", "up-2"}));
  start({.concurrency = 7});
  enqueue(claim());
  until_settled(50);
  for (const auto& user : users) EXPECT_EQ(rounds(user).size(), 1u);
  EXPECT_EQ(prober_.probed, 100);
}

TEST_F(RunnerTest, a_stale_or_doubled_job_is_dropped_without_probing) {
  const auto anna = due_user("anna", {"up-1"});
  const auto claims = claim();
  database_.store().schedules().release({{anna, claims[0].fence}});
  const auto newer = claim();
  start();
  enqueue(claims);
  until_settled(1);
  EXPECT_EQ(prober_.probed, 0);
  enqueue(newer);
  until_settled(2);
  EXPECT_EQ(prober_.probed, 1);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_F(RunnerTest, a_job_without_a_claim_is_claimed_by_the_worker) {
  const auto anna = due_user("anna", {"up-1"});
  start();
  reactor_.run(queue_.add(std::vector<queue::RoundJob>(1, {.user_id = anna})));
  until_settled(1);
  EXPECT_EQ(rounds(anna).size(), 1u);
  EXPECT_EQ(schedule(anna).fence, 1);
}

TEST_F(RunnerTest, a_lost_lease_ends_the_probes_and_records_nothing) {
  const auto anna = due_user("anna", {"hang-1"});
  start({.lease = 200ms});
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  in_store([](store::Store& store) {
    store.schedules().release_held_by({"worker-test"});
    store.schedules().claim_due({1, "dispatcher-other", 900s});
  });
  until_settled(1);
  EXPECT_EQ(rounds(anna).size(), 0u);
  EXPECT_EQ(schedule(anna).fence, 2) << "the other claim is untouched";
  EXPECT_EQ(schedule(anna).locked_by, "dispatcher-other");
}

TEST_F(RunnerTest, a_round_that_the_database_cannot_take_now_is_recorded_later) {
  const auto anna = due_user("anna", {"hang-1"});
  start();
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(database_.file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  testing::internal::CaptureStderr();
  prober_.let_go();
  std::string said;
  reactor_.run_until([&] {
    said += testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    return said.find("cannot record rounds") != std::string::npos;
  });
  said += testing::internal::GetCapturedStderr();
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  until_settled(1);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_F(RunnerTest, a_probe_that_throws_is_our_fault_and_not_the_targets) {
  const auto anna = due_user("anna", {"throw-1", "up-1"});
  start();
  enqueue(claim());
  until_settled(1);
  const auto round = rounds(anna).at(0);
  EXPECT_EQ(round.outcome, domain::Outcome::success);
  EXPECT_EQ(round.counts.unknown, 1);
}

TEST_F(RunnerTest, stop_lets_running_rounds_finish) {
  const auto anna = due_user("anna", {"hang-1"});
  start({.grace = 10s});
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  base::asio::post(reactor_.context(), [this] { prober_.let_go(); });
  stop();
  EXPECT_EQ(database_.rounds(anna).size(), 1u);
}

TEST_F(RunnerTest, stop_gives_back_what_does_not_finish_in_time) {
  const auto anna = due_user("anna", {"hang-1", "up-1"});
  start({.grace = 10ms});
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  stop();
  EXPECT_EQ(database_.rounds(anna).size(), 0u);
  const auto after = database_.schedule(anna);
  EXPECT_EQ(after.started_fence, after.fence - 1);
  EXPECT_EQ(counts().waiting, 1) << "for the next worker";
  EXPECT_EQ(claim().size(), 1u) << "due again at once";
}

TEST_F(RunnerTest, rounds_are_started_ahead_of_their_turn_by_as_many_as_ended_lately) {
  const auto quick = due_user("quick", {"up-1"});
  start({.concurrency = 1, .ahead = 60s, .patience = 60s});
  enqueue(claim());
  until_recorded(quick);
  std::vector<domain::UserId> slow;
  for (const auto* name : {"a", "b", "c"}) slow.push_back(due_user(name, {"hang-1"}));
  enqueue(claim());
  const auto started = [&] {
    return std::count_if(slow.begin(), slow.end(),
                         [&](auto& user) { return schedule(user).running(clock_.now()); });
  };
  reactor_.run_until([&] { return started() == 2; });
  EXPECT_EQ(counts().waiting, 1) << "for other workers";
  EXPECT_EQ(prober_.probed, 2) << "one at a time";

  base::asio::post(reactor_.context(), [this] { prober_.let_go(); });
  stop();
  EXPECT_EQ(prober_.probed, 2) << "whoever has no place yet is for others";
  EXPECT_EQ(counts().waiting, 2);
  std::size_t recorded = 0;
  for (const auto& user : slow) recorded += database_.rounds(user).size();
  EXPECT_EQ(recorded, 1u);
}

TEST_F(RunnerTest, stop_gives_back_a_round_whose_start_was_under_way) {
  const auto anna = due_user("anna", {"hang-1"});
  start({.concurrency = 2});
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  const auto bert = due_user("bert", {"up-1"});
  const auto claims = claim();

  std::promise<void> unblock;
  orders_.spawn("blocks the store",
                database_.async().run([gate = unblock.get_future().share()](store::Store&) { gate.wait(); }));
  enqueue(claims);
  reactor_.run_until([&] { return counts().active == 2; });  // its start waits for the store
  bool stopped = false;
  orders_.spawn("stop", stop_and_tell(stopped));
  reactor_.run_ready();
  prober_.let_go();  // a place is free, and nobody waits for it yet
  reactor_.run_ready();
  unblock.set_value();
  reactor_.run_until([&] { return stopped; });

  EXPECT_EQ(database_.rounds(anna).size(), 1u);
  EXPECT_EQ(database_.rounds(bert).size(), 0u);
  EXPECT_EQ(prober_.probed, 1);
  EXPECT_EQ(counts().waiting, 1) << "for the next worker";
  EXPECT_EQ(counts().active, 0) << "each job was settled";
  runner_.reset();
}

TEST_F(RunnerTest, whoever_waits_for_a_place_gets_it_when_a_round_turns_slow) {
  const auto quick = due_user("quick", {"up-1"});
  start({.concurrency = 1, .ahead = 60s, .patience = 50ms});
  enqueue(claim());
  until_recorded(quick);
  std::vector<domain::UserId> slow;
  for (const auto* name : {"a", "b", "c", "d", "e"}) slow.push_back(due_user(name, {"hang-1"}));
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 5; });
  prober_.let_go();
  until_settled(6);
}

TEST_F(RunnerTest, a_job_that_comes_again_waits_for_the_lease_of_whoever_had_it_first) {
  const auto anna = due_user("anna", {"up-1"});
  const auto claims = claim();
  database_.store().schedules().start({"worker-dead", 300ms, {{anna, claims[0].fence}}});
  enqueue(claims);
  const auto first = reactor_.run(queue_.take(1));
  std::vector<queue::Settlement> again(1, {.id = first[0].id, .kind = queue::Settlement::Kind::retry});
  reactor_.run(queue_.settle(std::move(again)));
  start({.while_held = 50ms});
  until_settled(1);
  const auto round = rounds(anna).at(0);
  EXPECT_EQ(round.worker, "worker-test");
  EXPECT_EQ(round.slot, claims[0].slot);
}

TEST_F(RunnerTest, direct_runs_a_user_who_is_not_due_and_keeps_his_cadence) {
  const auto anna = database_.add_user("anna", 1440);
  database_.add_monitor(anna, "up-1");
  const auto before = database_.schedule(anna).next_run_at;
  start();
  auto result = reactor_.run(runner_->run_user(anna));
  ASSERT_TRUE(std::holds_alternative<domain::RoundReport>(result));
  const auto& report = std::get<domain::RoundReport>(result);
  EXPECT_EQ(report.user_email, "anna@example.org");
  EXPECT_EQ(report.round.trigger, domain::Trigger::direct);
  EXPECT_EQ(report.results.at(0).finding.verdict, Verdict::up);
  EXPECT_EQ(schedule(anna).next_run_at, before);
  EXPECT_EQ(rounds(anna).size(), 1u);
}

TEST_F(RunnerTest, direct_refuses_unknown_users_and_running_rounds) {
  const auto anna = due_user("anna", {"hang-1"});
  start();
  EXPECT_EQ(std::get<domain::RunRefusal>(reactor_.run(runner_->run_user("nobody"))),
            domain::RunRefusal::unknown_user);
  enqueue(claim());
  reactor_.run_until([&] { return prober_.hanging == 1; });
  EXPECT_EQ(std::get<domain::RunRefusal>(reactor_.run(runner_->run_user(anna))),
            domain::RunRefusal::already_running);
  prober_.let_go();
  until_settled(1);
}

TEST_F(RunnerTest, a_slow_round_does_not_keep_the_next_user_waiting) {
  const auto slow = due_user("slow", {"hang-1"}), quick = due_user("quick", {"up-1"});
  start({.concurrency = 1, .patience = 50ms});
  auto claims = claim();
  std::sort(claims.begin(), claims.end(), [&](auto& a, auto&) { return a.user_id == slow; });
  enqueue(std::move(claims));
  until_recorded(quick);
  EXPECT_EQ(prober_.hanging, 1);
  EXPECT_EQ(rounds(slow).size(), 0u);
  prober_.let_go();
  until_settled(2);
  EXPECT_EQ(rounds(slow).size(), 1u);
}

TEST_F(RunnerTest, an_order_takes_no_place_of_the_queue) {
  const auto anna = database_.add_user("anna", 1440), bert = due_user("bert", {"up-1"});
  database_.add_monitor(anna, "hang-1");
  start({.concurrency = 1});
  orders_.spawn("order", order(anna));
  reactor_.run_until([&] { return prober_.hanging == 1; });
  enqueue(claim());
  until_recorded(bert);
  prober_.let_go();
  reactor_.run_until([&] { return !answers_.empty(); });
  EXPECT_TRUE(std::holds_alternative<domain::RoundReport>(answers_[0]));
}

TEST_F(RunnerTest, as_many_orders_as_allowed_run_at_once) {
  const auto anna = database_.add_user("anna", 1440), bert = database_.add_user("bert", 1440);
  database_.add_monitor(anna, "hang-1");
  start({.orders = 1});
  orders_.spawn("order", order(anna));
  reactor_.run_until([&] { return prober_.hanging == 1; });
  EXPECT_EQ(refusal(reactor_.run(runner_->run_user(bert))), domain::RunRefusal::busy);
  prober_.let_go();
  reactor_.run_until([&] { return !answers_.empty(); });
  EXPECT_TRUE(std::holds_alternative<domain::RoundReport>(reactor_.run(runner_->run_user(bert))));
}

TEST_F(RunnerTest, stop_gives_an_order_back_that_does_not_end_and_begins_no_other) {
  const auto anna = due_user("anna", {"hang-1"}), bert = due_user("bert", {"up-1"});
  start({.grace = 10ms});
  orders_.spawn("order", order(anna, bert));
  reactor_.run_until([&] { return prober_.hanging == 1; });
  stop();
  reactor_.run_ready();
  ASSERT_EQ(answers_.size(), 2u);
  for (const auto& answer : answers_) EXPECT_EQ(refusal(answer), domain::RunRefusal::stopping);
  EXPECT_EQ(prober_.probed, 1);
  EXPECT_EQ(claim().size(), 2u) << "both are due at once";
}

TEST_F(RunnerTest, an_order_whose_start_is_under_way_when_it_stops_is_given_back) {
  const auto anna = due_user("anna", {"up-1"});
  start();
  orders_.spawn("order", order(anna));  // its start is on its way to the store
  stop();
  reactor_.run_ready();
  EXPECT_EQ(refusal(answers_.at(0)), domain::RunRefusal::stopping);
  EXPECT_EQ(prober_.probed, 0);
  EXPECT_EQ(claim().size(), 1u);
}

TEST_F(RunnerTest, a_round_whose_results_cannot_be_written_is_a_failed_one) {
  const auto anna = due_user("anna", {"up-1"}), bert = due_user("bert", {});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(database_.file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(
      sqlite3_exec(other,
                   "CREATE TRIGGER refuse BEFORE INSERT ON MonitorCheck BEGIN SELECT RAISE(ABORT, 'no'); END",
                   nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(other);
  start();
  testing::internal::CaptureStderr();
  enqueue(claim());
  until_settled(2);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("cannot be recorded"), std::string::npos);
  EXPECT_EQ(rounds(anna).at(0).outcome, domain::Outcome::failed);
  EXPECT_EQ(rounds(bert).at(0).outcome, domain::Outcome::skipped);
  EXPECT_FALSE(schedule(anna).locked_until);
}

TEST_F(RunnerTest, tells_listeners_how_the_round_goes) {
  const auto anna = due_user("anna", {"up-1", "up-2"});
  std::vector<std::size_t> kinds;
  int last_done = 0;
  const auto subscription = events_.subscribe(anna, [&](const domain::Event& event) {
    kinds.push_back(event.data.index());
    if (const auto* check = std::get_if<domain::CheckFinished>(&event.data)) last_done = check->done;
  });
  start();
  enqueue(claim());
  until_settled(1);
  // started, two checks, two monitors that became up, finished, schedule
  EXPECT_EQ(kinds, (std::vector<std::size_t>{0, 1, 1, 3, 3, 2, 4}));
  EXPECT_EQ(last_done, 2);
}

}  // namespace
}  // namespace watchbill::runner
