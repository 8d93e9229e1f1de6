// What a worker does with jobs, against a real server.
#include "bullmq/worker.h"

#include "bullmq/testing/worker_fixture.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using base::Task;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Lt;

class WorkerTest : public testing::WorkerFixture {};

TEST_F(WorkerTest, runs_a_job_and_records_what_it_returned) {
  work(
      [](Job& job) -> Task<Json> {
        Json value = {{"seen", job.data()["a"]}};
        co_return value;
      },
      {.name = "first"});
  const auto id = add({}, {{"a", 7}});
  until([&] { return completed() == 1; });
  EXPECT_EQ(field(id, "returnvalue"), R"({"seen":7})");
  EXPECT_EQ(field(id, "pb"), "first");
  EXPECT_EQ(field(id, "atm"), "1");
  EXPECT_EQ(field(id, "ats"), "1");
  EXPECT_NE(field(id, "processedOn"), "");
  EXPECT_NE(field(id, "finishedOn"), "");
  EXPECT_EQ(server_.ask("EXISTS", key(id + ":lock")), "0");
  EXPECT_EQ(list("active"), 0);
  EXPECT_EQ(set("completed"), 1);
}

TEST_F(WorkerTest, runs_jobs_that_were_there_before_and_those_that_come_later) {
  add_many(30);
  work(counting(), {.concurrency = 4});
  until([&] { return completed() == 30; });
  until([&] { return notes_.drained == 1; });
  const auto before = clock_.monotonic_now();
  add();
  until([&] { return completed() == 31; });
  EXPECT_LT(milliseconds_since(before), 1000);  // by the marker, not by the drain delay
}

TEST_F(WorkerTest, begins_jobs_in_the_order_of_the_queue) {
  const auto first = add();
  const auto second = add();
  const auto last = add({.priority = 9});
  const auto urgent = add({.priority = 1});
  const auto front = add({.lifo = true});
  work(counting());
  until([&] { return completed() == 5; });
  EXPECT_THAT(notes_.active, ElementsAre(front, first, second, urgent, last));
}

TEST_F(WorkerTest, runs_as_many_at_once_as_it_is_told) {
  auto& worker = work(gated(), {.concurrency = 3});
  add_many(20);
  until([&] { return gate_.waiting() == 3; });
  worker.set_concurrency(5);
  until([&] { return gate_.waiting() == 5; });
  EXPECT_EQ(worker.stats().active, 5);
  worker.set_concurrency(1);
  gate_.open();
  until([&] { return completed() == 20; });
  EXPECT_EQ(list("active"), 0);
  EXPECT_THROW(worker.set_concurrency(0), std::invalid_argument);
}

TEST_F(WorkerTest, fails_a_job_with_what_the_processor_threw) {
  work([](Job& job) -> Task<Json> {
    if (job.data().value("odd", false)) throw 7;
    throw std::runtime_error("no paint left");
    co_return nullptr;
  });
  const auto id = add();
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_EQ(field(id, "failedReason"), "no paint left");
  EXPECT_THAT(field(id, "stacktrace"), HasSubstr("Error: no paint left"));
  EXPECT_EQ(set("failed"), 1);
  add({}, {{"odd", true}});
  until([&] { return notes_.failed.size() == 2; });
  EXPECT_THAT(notes_.failed[1], HasSubstr("not an exception"));
}

TEST_F(WorkerTest, tries_again_until_the_attempts_are_used_up) {
  work([](Job& job) -> Task<Json> {
    if (job.record().attempts_made < 2) throw std::runtime_error("not yet");
    co_return job.record().attempts_started;
  });
  const auto id = add({.attempts = 3});
  until([&] { return completed() == 1; });
  EXPECT_THAT(notes_.retried, ElementsAre("not yet", "not yet"));
  EXPECT_EQ(field(id, "atm"), "3");
  EXPECT_EQ(field(id, "returnvalue"), "3");
  EXPECT_EQ(Json::parse(field(id, "stacktrace")).size(), 2u);
  const auto hopeless = add({.attempts = 1});
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_EQ(field(hopeless, "atm"), "1");
}

TEST_F(WorkerTest, waits_between_attempts_as_the_backoff_says) {
  std::vector<base::Monotonic> starts;
  WorkerOptions options;
  options.backoff_strategy = [](std::int64_t attempts_made, const Backoff&, const std::string& error,
                                const JobRecord&) {
    return error == "hopeless" ? Millis(-1) : Millis(20 * attempts_made);
  };
  work(
      [&](Job& job) -> Task<Json> {
        starts.push_back(clock_.monotonic_now());
        throw std::runtime_error(job.data().value("says", "no"));
        co_return nullptr;
      },
      options);
  const struct {
    Backoff backoff;
    std::vector<int> least_ms;
  } rows[] = {
      {{"fixed", Millis(60)}, {60, 60}}, {{"exponential", Millis(40)}, {40, 80}}, {{"own"}, {20, 40}}};
  for (const auto& row : rows) {
    starts.clear();
    add({.attempts = 3, .backoff = row.backoff});
    until([&] { return starts.size() == 3; });
    for (std::size_t at = 0; at < 2; ++at) {
      const auto waited = std::chrono::duration_cast<Millis>(starts[at + 1] - starts[at]).count();
      EXPECT_GE(waited, row.least_ms[at] - 2) << row.backoff.type;
      EXPECT_LT(waited, row.least_ms[at] + 400) << row.backoff.type;
    }
  }
  until([&] { return notes_.failed.size() == 3; });
  add({.attempts = 3, .backoff = Backoff{"own"}}, {{"says", "hopeless"}});
  until([&] { return notes_.failed.size() == 4; });
  EXPECT_EQ(notes_.failed[3], "hopeless");
}

TEST_F(WorkerTest, does_not_try_again_without_a_strategy_or_a_chance) {
  work([](Job& job) -> Task<Json> {
    if (job.data().value("never", false)) throw UnrecoverableError("never");
    throw std::runtime_error("no");
    co_return nullptr;
  });
  add({.attempts = 5}, {{"never", true}});
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_EQ(notes_.failed[0], "never");
  add({.attempts = 5, .backoff = Backoff{"lunar"}});
  until([&] { return notes_.failed.size() == 2; });
  EXPECT_THAT(notes_.failed[1], HasSubstr("lunar"));
}

TEST_F(WorkerTest, fails_a_job_that_was_started_too_often) {
  work(
      [](Job&) -> Task<Json> {
        throw RateLimited();
        co_return nullptr;
      },
      {.max_started_attempts = 2});
  add({.attempts = 9});
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_EQ(notes_.failed[0], "job started more than allowable limit");
  EXPECT_EQ(notes_.active.size(), 3u);
}

TEST_F(WorkerTest, starts_a_delayed_job_in_time) {
  work(counting());
  until([&] { return notes_.drained == 1; });
  for (const int delay_ms : {150, 50}) {
    const auto before = clock_.monotonic_now();
    const auto id = add({.delay = Millis(delay_ms)});
    until([&] { return notes_.completed.contains(id); });
    EXPECT_GE(milliseconds_since(before), delay_ms - 2);
    EXPECT_LT(milliseconds_since(before), delay_ms + 300);
  }
}

TEST_F(WorkerTest, runs_no_more_jobs_in_a_time_than_its_limiter_says) {
  work(counting(), {.concurrency = 10, .limiter = Limiter{.max = 2, .duration = Millis(200)}});
  const auto before = clock_.monotonic_now();
  add_many(6);
  until([&] { return completed() == 6; });
  EXPECT_THAT(milliseconds_since(before), Ge(398));
  EXPECT_THAT(milliseconds_since(before), Lt(3000));
}

TEST_F(WorkerTest, keeps_to_the_limits_of_the_whole_queue) {
  server_.ask("HSET", key("meta"), "max", "3", "duration", "150", "concurrency", "2");
  int most = 0;
  int running = 0;
  const auto processor = [&](Job&) -> Task<Json> {
    most = std::max(most, ++running);
    base::asio::steady_timer timer(reactor_.executor(), Millis(10));
    co_await timer.async_wait(base::asio::use_awaitable);
    --running;
    co_return nullptr;
  };
  work(processor, {.concurrency = 5, .drain_delay = Millis(100)});
  work(processor, {.concurrency = 5, .drain_delay = Millis(100)});
  const auto before = clock_.monotonic_now();
  add_many(9);
  until([&] { return completed() == 9; });
  EXPECT_EQ(most, 2);
  EXPECT_THAT(milliseconds_since(before), Ge(298));
}

TEST_F(WorkerTest, puts_back_a_job_whose_processor_is_rate_limited) {
  int runs = 0;
  auto& worker = work(
      [&](Job&) -> Task<Json> {
        if (++runs > 1) co_return "done";
        server_.ask("SET", key("limiter"), "9999", "PX", "150");
        throw RateLimited();
      },
      {.limiter = Limiter{.max = 100, .duration = Millis(1000)}});
  const auto before = clock_.monotonic_now();
  const auto id = add();
  until([&] { return completed() == 1; });
  EXPECT_THAT(milliseconds_since(before), Ge(145));
  EXPECT_EQ(field(id, "atm"), "1");
  EXPECT_EQ(worker.stats().retried, 0u);
}

TEST_F(WorkerTest, lets_go_of_a_job_that_its_processor_moved) {
  work([this](Job& job) -> Task<Json> {
    if (job.record().attempts_started > 1) co_return "done";
    co_await job.move_to_delayed(clock_.now() + Millis(50));
    throw JobMoved();
  });
  const auto id = add();
  until([&] { return completed() == 1; });
  EXPECT_EQ(field(id, "ats"), "2");
  EXPECT_EQ(field(id, "atm"), "1");
  EXPECT_TRUE(notes_.lock_lost.empty());
}

TEST_F(WorkerTest, fails_what_cannot_complete_because_of_its_children) {
  work(counting());
  const auto id = add({.job_id = "parent", .delay = Millis(50)});
  server_.ask("SADD", key("parent:dependencies"), "bull:q:child");
  until([&] { return notes_.failed.size() == 1; });
  EXPECT_THAT(field(id, "failedReason"), HasSubstr("children that are not finished"));
  EXPECT_EQ(list("active"), 0);
  EXPECT_TRUE(notes_.lock_lost.empty());
}

TEST_F(WorkerTest, keeps_finished_jobs_as_the_job_or_the_worker_wants) {
  work(counting(), {.remove_on_complete = Retention(std::int64_t(2))});
  add_many(5);
  until([&] { return completed() == 5; });
  EXPECT_EQ(set("completed"), 2);
  const auto id = add({.remove_on_complete = Retention(true)});
  until([&] { return notes_.completed.contains(id); });
  EXPECT_EQ(server_.ask("EXISTS", key(id)), "0");
}

TEST_F(WorkerTest, takes_nothing_while_it_is_paused) {
  auto& worker = work(gated(), {.concurrency = 2});
  add();
  until([&] { return gate_.waiting() == 1; });
  worker.pause();
  EXPECT_TRUE(worker.is_paused());
  // It may have asked for a second job before: that is answered before this.
  const redis::Command ping("PING");
  reactor_.run(worker.client().call(ping));
  add_many(3);
  gate_.open();
  until([&] { return completed() == 1; });
  pass(150);
  EXPECT_EQ(runs_.size(), 1u);
  worker.resume();
  until([&] { return completed() == 4; });
}

TEST_F(WorkerTest, leaves_the_marker_to_others_while_it_is_paused) {
  auto& idle = work(counting());
  until([&] { return notes_.drained == 1; });
  idle.pause();
  work(gated());
  until([&] { return notes_.drained == 2; });
  const auto before = clock_.monotonic_now();
  add();
  until([&] { return gate_.waiting() == 1; });
  EXPECT_LT(milliseconds_since(before), 2000);
}

TEST_F(WorkerTest, waits_while_the_queue_is_paused) {
  server_.ask("HSET", key("meta"), "paused", "1");
  work(counting(), {.drain_delay = Millis(100)});
  add();
  pass(300);
  EXPECT_EQ(completed(), 0u);
  server_.ask("HDEL", key("meta"), "paused");
  until([&] { return completed() == 1; });
}

TEST_F(WorkerTest, shows_its_name_to_bull_board) {
  work(counting(), {.name = "first"});
  const auto name = "name=" + client_name("bull", "q", ":w:first");
  until([&] { return server_.ask("CLIENT", "LIST").find(name) != std::string::npos; });
}

TEST_F(WorkerTest, tells_processors_that_they_are_cancelled) {
  std::string reason;
  auto& worker = work([&](Job& job) -> Task<Json> {
    co_await job.signal()->wait();
    reason = job.signal()->reason();
    co_return nullptr;
  });
  const auto id = add();
  until([&] { return worker.stats().active == 1; });
  EXPECT_FALSE(worker.cancel_job("another", "why not"));
  EXPECT_TRUE(worker.cancel_job(id, "not wanted"));
  until([&] { return completed() == 1; });
  EXPECT_EQ(reason, "not wanted");
}

TEST_F(WorkerTest, survives_callbacks_that_throw) {
  WorkerEvents events;
  int seen = 0;
  events.active = [](const Job&) { throw std::runtime_error("active"); };
  events.completed = [&](const Job&, const Json&) {
    ++seen;
    throw 7;
  };
  events.drained = [] { throw std::runtime_error("drained"); };
  workers_.push_back(std::make_unique<Worker>(reactor_.executor(), clock_, redis::parse_url(server_.url()),
                                              "q", counting(), WorkerOptions{}, events));
  reactor_.run(workers_.back()->start());
  add_many(5);
  until([&] { return seen == 5; });
  EXPECT_EQ(set("completed"), 5);
}

TEST_F(WorkerTest, gives_out_jobs_to_be_run_by_hand) {
  auto& worker = work({}, {.drain_delay = Millis(300)});
  EXPECT_FALSE(reactor_.run(worker.get_next_job("mine", false)));
  EXPECT_FALSE(reactor_.run(worker.get_next_job("mine", true)));
  const auto first = add();
  const auto second = add();
  auto job = reactor_.run(worker.get_next_job("mine"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id(), first);
  EXPECT_EQ(server_.ask("GET", key(first + ":lock")), "mine");
  reactor_.run(job->extend_lock(Millis(60000)));
  reactor_.run(job->move_to_completed("by hand"));
  EXPECT_EQ(field(first, "returnvalue"), "\"by hand\"");
  auto other = reactor_.run(worker.get_next_job("other"));
  ASSERT_TRUE(other);
  reactor_.run(other->move_to_failed("no"));
  EXPECT_EQ(field(second, "failedReason"), "no");
  EXPECT_THROW(reactor_.run(worker.get_next_job("0")), std::invalid_argument);
}

TEST(WorkerOptions, are_refused_when_they_could_never_work) {
  const struct {
    WorkerOptions options;
    const char* told;
  } rows[] = {{{.concurrency = 0}, "concurrency"},
              {{.lock_duration = Millis(0)}, "lock duration"},
              {{.lock_duration = Millis(100), .lock_renew_time = Millis(100)}, "lock renew time"},
              {{.stalled_interval = Millis(0)}, "stalled interval"},
              {{.max_stalled_count = -1}, "max stalled count"},
              {{.drain_delay = Millis(0)}, "drain delay"},
              {{.limiter = Limiter{.max = 0}}, "limiter"},
              {{.name = "two words"}, "name"}};
  for (const auto& row : rows) {
    try {
      row.options.validate();
      ADD_FAILURE() << row.told;
    } catch (const std::invalid_argument& e) {
      EXPECT_THAT(e.what(), HasSubstr(row.told));
    }
  }
}

}  // namespace
}  // namespace watchbill::bullmq
