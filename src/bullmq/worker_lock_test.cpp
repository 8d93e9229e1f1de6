// Locks, stalled jobs, and the end of a worker, against a real server.
#include "bullmq/testing/worker_fixture.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using base::Task;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class WorkerLockTest : public testing::WorkerFixture {
 protected:
  // Locks are short, and nobody renews them.
  static WorkerOptions careless() {
    return {.lock_duration = Millis(60), .skip_stalled_check = true, .skip_lock_renewal = true};
  }
  static WorkerOptions attentive() { return {.stalled_interval = Millis(40)}; }
  // As if the worker had been away for longer than its lock.
  void lose_lock(const std::string& id) { server_.ask("DEL", key(id + ":lock")); }
  std::string lock_of(const std::string& id) { return server_.ask("GET", key(id + ":lock")); }
};

TEST_F(WorkerLockTest, locks_of_all_running_jobs_are_renewed_together) {
  work(gated(), {.concurrency = 3, .lock_duration = Millis(300), .stalled_interval = Millis(50)});
  const auto ids = add_many(3);
  until([&] { return gate_.waiting() == 3; });
  server_.ask("CONFIG", "RESETSTAT");
  pass(700);
  for (const auto& id : ids) {
    EXPECT_THAT(lock_of(id), HasSubstr(":"));
    EXPECT_GT(std::stoi(server_.ask("PTTL", key(id + ":lock"))), 50);
  }
  // One script each 75 ms beside the checks each 50 ms: three jobs do not mean three times as many.
  const auto calls = server_.info("cmdstat_evalsha").substr(6);
  EXPECT_LT(std::stoi(calls), 35);
  gate_.open();
  until([&] { return completed() == 3; });
  EXPECT_THAT(notes_.stalled, IsEmpty());
  EXPECT_THAT(notes_.lock_lost, IsEmpty());
}

TEST_F(WorkerLockTest, a_job_that_stalled_runs_elsewhere_and_is_finished_once) {
  bool first = true;
  auto& lost = work(
      [&](Job& job) -> Task<Json> {
        ++runs_[job.id()];
        if (std::exchange(first, false)) co_await gate_.pass();
        co_return "late";
      },
      careless());
  const auto id = add();
  until([&] { return gate_.waiting() == 1; });
  lost.pause();
  work(counting(), attentive());
  until([&] { return completed() == 1; });
  EXPECT_THAT(notes_.stalled, ElementsAre(id));
  gate_.open();
  until([&] { return notes_.lock_lost.size() == 1; });
  EXPECT_THAT(notes_.completed, ElementsAre(Pair(id, 1)));
  EXPECT_EQ(field(id, "returnvalue"), "\"done\"");
  EXPECT_EQ(field(id, "stc"), "1");
  EXPECT_EQ(lost.stats().lock_lost, 1u);
  EXPECT_EQ(lost.stats().completed, 0u);
  lost.resume();
  add();
  until([&] { return completed() == 2; });
}

TEST_F(WorkerLockTest, a_job_that_stalls_too_often_fails_without_running) {
  auto options = careless();
  options.max_stalled_count = 0;
  auto& lost = work(gated(), options);
  const auto id = add();
  until([&] { return gate_.waiting() == 1; });
  lost.pause();
  auto strict = attentive();
  strict.max_stalled_count = 0;
  work(counting(), strict);
  until([&] { return !notes_.failed.empty(); });
  EXPECT_THAT(notes_.failed, ElementsAre("job stalled more than allowable limit"));
  EXPECT_EQ(runs_[id], 1);
  EXPECT_EQ(set("failed"), 1);
}

TEST_F(WorkerLockTest, a_processor_hears_at_once_that_its_lock_is_lost) {
  std::string reason;
  auto& worker = work(
      [&](Job& job) -> Task<Json> {
        co_await job.signal()->wait();
        reason = job.signal()->reason();
        co_return nullptr;
      },
      {.lock_duration = Millis(200)});
  const auto id = add();
  until([&] { return worker.stats().active == 1; });
  lose_lock(id);
  until([&] { return worker.stats().active == 0; });
  EXPECT_THAT(reason, HasSubstr("could not be renewed"));
  EXPECT_THAT(notes_.lock_lost, ElementsAre(id));
  EXPECT_EQ(worker.stats().completed, 0u);
}

TEST_F(WorkerLockTest, a_job_that_comes_back_to_the_same_worker_is_not_taken_from_it_by_its_former_run) {
  std::vector<std::string> reasons;
  work(
      [&](Job& job) -> Task<Json> {
        if (job.record().attempts_started > 1) {
          co_await gate_.pass();
        } else {
          co_await job.signal()->wait();
        }
        reasons.push_back(job.signal()->reason());
        co_return "done";
      },
      {.concurrency = 2, .lock_duration = Millis(200), .stalled_interval = Millis(30)});
  const auto id = add();
  until([&] { return notes_.active.size() == 1; });
  lose_lock(id);
  until([&] { return notes_.lock_lost.size() == 1 && gate_.waiting() == 1; });
  gate_.open();
  until([&] { return completed() == 1; });
  EXPECT_THAT(reasons, ElementsAre(::testing::Not(""), ""));
  EXPECT_THAT(notes_.lock_lost, SizeIs(1));
}

TEST_F(WorkerLockTest, a_worker_that_was_stopped_past_its_lock_finishes_nothing_twice) {
  support::Reactor other;
  testing::Notes slept;
  Worker sleeper(other.executor(), clock_, redis::parse_url(server_.url()), "q", taking(20),
                 {.concurrency = 5, .lock_duration = Millis(100), .skip_stalled_check = true},
                 slept.events());
  other.run(sleeper.start());
  const auto ids = add_many(5);
  other.run_until([&] { return sleeper.stats().active == 5; });
  // Its thread does nothing from here on.
  work(counting(), attentive());
  until([&] { return completed() == 5; });
  other.run_until([&] { return slept.lock_lost.size() == 5; });
  EXPECT_THAT(slept.completed, IsEmpty());
  EXPECT_EQ(set("completed"), 5);
  for (const auto& id : ids) EXPECT_EQ(field(id, "atm"), "1");
  other.run(sleeper.stop());
}

TEST_F(WorkerLockTest, close_waits_for_running_jobs_and_takes_no_more) {
  auto& worker = work(taking(150));
  add_many(3);
  until([&] { return worker.stats().active == 1; });
  close(worker, 5000);
  EXPECT_EQ(completed(), 1u);
  EXPECT_EQ(list("wait"), 2);
  EXPECT_EQ(list("active"), 0);
}

TEST_F(WorkerLockTest, close_gives_back_what_does_not_end_in_time) {
  auto& worker = work(gated(), {.concurrency = 3});
  const auto ids = add_many(3, {.attempts = 1});
  until([&] { return gate_.waiting() == 3; });
  const auto before = clock_.monotonic_now();
  close(worker, 50);
  EXPECT_LT(milliseconds_since(before), 1000);
  EXPECT_EQ(list("wait"), 3);
  EXPECT_EQ(list("active"), 0);
  for (const auto& id : ids) EXPECT_EQ(lock_of(id), "");
  EXPECT_THAT(notes_.failed, IsEmpty());
  work(counting(), {.concurrency = 3});
  until([&] { return completed() == 3; });
  EXPECT_EQ(field(ids[0], "atm"), "1");
}

TEST_F(WorkerLockTest, close_gives_back_the_jobs_of_processors_that_do_not_listen) {
  auto& worker = work([this](Job&) -> Task<Json> {
    co_await gate_.pass_stubbornly();
    co_return "late";
  });
  const auto id = add();
  until([&] { return gate_.waiting() == 1; });
  bool closed = false;
  base::asio::co_spawn(reactor_.context(), worker.close(Millis(10)),
                       [&](std::exception_ptr) { closed = true; });
  until([&] { return list("wait") == 1; });
  EXPECT_EQ(lock_of(id), "");
  EXPECT_FALSE(closed);
  gate_.open();
  until([&] { return closed; });
  EXPECT_EQ(completed(), 0u);
  EXPECT_EQ(list("wait"), 1);
}

TEST_F(WorkerLockTest, close_gives_back_a_job_that_comes_while_it_closes) {
  auto& worker = work_through_proxy(counting());
  until([&] { return notes_.drained == 1; });
  // The reply to the fetch is on its way for as long as the server stands still.
  server_.pause();
  bool closed = false;
  std::vector<NewJob> jobs(1);
  base::asio::co_spawn(reactor_.context(), queue_.add_many(std::move(jobs)),
                       [](std::exception_ptr, const auto&) {});
  worker.pause();
  worker.resume();
  base::asio::co_spawn(reactor_.context(), worker.close(Millis(3000)),
                       [&](std::exception_ptr) { closed = true; });
  pass(100);
  server_.resume();
  until([&] { return closed; });
  until([&] { return list("wait") == 1; });
  EXPECT_EQ(list("active"), 0);
  EXPECT_THAT(runs_, IsEmpty());
}

TEST_F(WorkerLockTest, close_passes_a_marker_on_that_was_on_its_way) {
  work(counting());
  until([&] { return notes_.drained == 1; });
  auto& other = work(counting());
  until([&] { return notes_.drained == 2; });
  // Redis gives the marker to who waits longest: the one that closes.
  bool closed = false;
  base::asio::co_spawn(reactor_.context(), workers_[0]->close(Millis(0)),
                       [&](std::exception_ptr) { closed = true; });
  const auto before = clock_.monotonic_now();
  add();
  until([&] { return closed && completed() == 1; });
  EXPECT_LT(milliseconds_since(before), 2000);
  EXPECT_EQ(other.stats().completed, 1u);
}

TEST_F(WorkerLockTest, stop_before_start_and_stop_twice_do_nothing) {
  Worker never(reactor_.executor(), clock_, redis::parse_url(server_.url()), "q", counting());
  reactor_.run(never.stop());
  auto& worker = work(counting());
  reactor_.run(worker.stop());
  reactor_.run(worker.stop());
  worker.resume();
  add();
  pass(100);
  EXPECT_EQ(completed(), 0u);
}

TEST_F(WorkerLockTest, stop_returns_within_its_grace_while_redis_is_away) {
  auto& worker = work(gated(), {.concurrency = 20});
  add_many(20);
  until([&] { return gate_.waiting() == 20; });
  server_.pause();
  const auto before = clock_.monotonic_now();
  close(worker, 300);
  EXPECT_LT(milliseconds_since(before), 2800);
  server_.resume();
}

TEST_F(WorkerLockTest, stop_returns_at_once_when_there_never_was_a_redis) {
  server_.kill();
  auto& worker = work(counting());
  pass(50);
  const auto before = clock_.monotonic_now();
  close(worker, 200);
  EXPECT_LT(milliseconds_since(before), 2500);
}

}  // namespace
}  // namespace watchbill::bullmq
