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
    open_queue();
    reactor_.run(queue_->start());
  }
  ~QueueContract() override { reactor_.run(queue_->stop()); }

  // `backoff`: of retries.
  void open_queue(base::Millis backoff = kSoon) {
    if (GetParam() == Engine::in_process) {
      hold(std::make_unique<InProcessQueue>(
          reactor_.executor(), clock_,
          InProcessOptions{.attempts = 2, .backoff = backoff, .return_delay = kSoon}));
      return;
    }
    BullmqQueueOptions options{.server = redis::parse_url(redis_->url()),
                               .worker_name = "worker-here",
                               .backoff = backoff,
                               .return_delay = kSoon};
    hold(std::make_unique<BullmqQueue>(reactor_.executor(), clock_, std::move(options)));
  }
  template <class Opened>
  void hold(std::unique_ptr<Opened> opened) {
    administration_ = opened.get();
    queue_ = std::move(opened);
  }
  void open_again(base::Millis backoff = kSoon) {
    reactor_.run(queue_->stop());
    open_queue(backoff);
    reactor_.run(queue_->start());
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

  JobPage jobs(JobState state, std::size_t first = 0, std::size_t limit = 10) {
    return reactor_.run(administration_->jobs(state, first, limit));
  }
  std::string users(JobState state, std::size_t first = 0, std::size_t limit = 10) {
    std::string users;
    for (const auto& job : jobs(state, first, limit).jobs) users += (users.empty() ? "" : " ") + job.user_id;
    return users;
  }
  // Takes it, and says that it has failed.
  void fail(const std::string& user) {
    add({job(user)});
    settle(take_all(1)[0].id, Kind::failed);
    const auto failed = [&] { return (" " + users(JobState::failed) + " ").find(" " + user + " "); };
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (failed() == std::string::npos) ASSERT_LT(std::chrono::steady_clock::now(), end);
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  std::optional<support::RedisServer> redis_;
  std::unique_ptr<Queue> queue_;
  Administration* administration_ = nullptr;  // of queue_
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

TEST_P(QueueContract, a_job_that_is_given_back_comes_again_and_has_lost_no_attempt) {
  add({job("a"), job("b")});
  const auto first = take_all(1);
  settle(first[0].id, Kind::given_back);
  expect_soon([](auto& counts) { return counts.waiting + counts.active == 2 && counts.completed == 0; });
  for (const auto& delivery : take_all(2)) EXPECT_EQ(delivery.attempt, 1);
}

TEST_P(QueueContract, a_returned_job_comes_when_it_was_asked_to) {
  add({job("a")});
  const auto first = take_all(1);
  const auto begin = clock_.monotonic_now();
  std::vector<Settlement> later(1, {.id = first[0].id, .kind = Kind::returned, .delay = base::Millis(150)});
  reactor_.run(queue_->settle(std::move(later)));
  const auto second = take_all(1);
  EXPECT_GE(clock_.monotonic_now() - begin, base::Millis(140));
  EXPECT_EQ(second[0].id, first[0].id);
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

TEST_P(QueueContract, who_stops_taking_keeps_what_he_has_and_leaves_the_rest_to_others) {
  add({job("a"), job("b"), job("c")});
  const auto mine = take_all(1);
  queue_->stop_taking();
  EXPECT_TRUE(take().empty());
  expect_soon([](auto& counts) { return counts.waiting == 2 && counts.active == 1; });
  settle(mine[0].id, Kind::completed);
  expect_soon([](auto& counts) { return counts.completed == 1 && counts.waiting == 2; });
  EXPECT_EQ(counts().active, 0) << "the end of a job brings no other";
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

// --- what operators do ---

TEST_P(QueueContract, a_paused_queue_gives_nothing_until_it_is_resumed) {
  EXPECT_FALSE(reactor_.run(administration_->is_paused()));
  reactor_.run(administration_->pause());
  EXPECT_TRUE(reactor_.run(administration_->is_paused()));
  add({job("a")});
  std::vector<Delivery> taken;
  base::asio::co_spawn(reactor_.context(), queue_->take(1),
                       [&](std::exception_ptr, std::vector<Delivery> d) { taken = std::move(d); });
  // What was not given by the time that this one's round trips are over would not be given at all.
  for (int i = 0; i < 50; ++i) EXPECT_EQ(counts().waiting, 1);
  EXPECT_TRUE(taken.empty());
  reactor_.run(administration_->resume());
  EXPECT_FALSE(reactor_.run(administration_->is_paused()));
  reactor_.run_until([&] { return !taken.empty(); });
  EXPECT_EQ(taken[0].job.user_id, "a");
}

TEST_P(QueueContract, jobs_are_listed_by_their_states_page_by_page) {
  const auto before = clock_.now();
  add({job("a"), job("b"), job("c")});
  EXPECT_EQ(users(JobState::waiting), "a b c") << "in the order in which they are taken";
  EXPECT_EQ(users(JobState::waiting, 0, 2), "a b");
  EXPECT_TRUE(jobs(JobState::waiting, 0, 2).more);
  EXPECT_EQ(users(JobState::waiting, 2, 2), "c");
  EXPECT_FALSE(jobs(JobState::waiting, 2, 2).more);
  EXPECT_EQ(users(JobState::waiting, 3, 2), "");
  const auto waiting = jobs(JobState::waiting).jobs[0];
  EXPECT_EQ(waiting.id, "monitor-a-1");
  EXPECT_EQ(waiting.attempts, 0);
  EXPECT_GE(waiting.added_at, before);
  EXPECT_FALSE(waiting.started_at);
  EXPECT_FALSE(waiting.finished_at);
}

TEST_P(QueueContract, a_listed_job_tells_what_became_of_it) {
  add({{.user_id = "u-1", .user_email = "林@example.org", .slot = base::Timestamp(), .fence = 7}});
  const auto id = take_all(1)[0].id;
  auto active = jobs(JobState::active).jobs;
  ASSERT_EQ(active.size(), 1u);
  EXPECT_EQ(active[0].user_email, "林@example.org");
  EXPECT_TRUE(active[0].started_at);
  EXPECT_FALSE(active[0].finished_at);
  settle(id, Kind::failed);
  expect_soon([](const auto& counts) { return counts.failed == 1; });
  EXPECT_EQ(users(JobState::active), "");
  const auto failed = jobs(JobState::failed).jobs;
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].id, "monitor-u-1-7");
  EXPECT_EQ(failed[0].user_id, "u-1");
  EXPECT_EQ(failed[0].reason, "because");
  EXPECT_EQ(failed[0].attempts, 1);
  EXPECT_GE(failed[0].finished_at, active[0].started_at);
}

TEST_P(QueueContract, a_delayed_job_is_listed_with_its_time) {
  open_again(std::chrono::hours(1));
  const auto before = clock_.now();
  add({job("a")});
  settle(take_all(1)[0].id, Kind::retry);
  expect_soon([](const auto& counts) { return counts.delayed == 1; });
  const auto delayed = jobs(JobState::delayed).jobs;
  ASSERT_EQ(delayed.size(), 1u);
  EXPECT_EQ(delayed[0].user_id, "a");
  EXPECT_EQ(delayed[0].attempts, 1);
  EXPECT_EQ(delayed[0].reason, "because");
  EXPECT_GE(delayed[0].due_at, before + std::chrono::hours(1));
  EXPECT_LE(delayed[0].due_at, clock_.now() + std::chrono::hours(1));
}

TEST_P(QueueContract, ended_jobs_are_listed_the_newest_first) {
  for (const auto* user : {"a", "b", "c"}) {
    fail(user);
    const auto until = clock_.now() + kSoon;  // another millisecond than the next one's
    while (clock_.now() < until) continue;
  }
  EXPECT_EQ(users(JobState::failed), "c b a");
  add({job("d")});
  settle(take_all(1)[0].id, Kind::completed);
  expect_soon([](const auto& counts) { return counts.completed == 1; });
  EXPECT_EQ(users(JobState::completed), "d");
}

TEST_P(QueueContract, what_has_failed_waits_again_when_it_is_to_be_retried) {
  fail("a");
  fail("b");
  EXPECT_EQ(reactor_.run(administration_->retry_failed()), 2);
  EXPECT_EQ(counts().failed, 0);
  std::set<std::string> again;
  for (const auto& delivery : take_all(2)) again.insert(delivery.job.user_id);
  EXPECT_EQ(again, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(reactor_.run(administration_->retry_failed()), 0);
}

TEST_P(QueueContract, cleaning_removes_what_is_old_enough) {
  fail("a");
  const auto clean = [&](JobState state, base::Millis older_than) {
    return reactor_.run(administration_->clean(state, older_than));
  };
  EXPECT_EQ(clean(JobState::failed, std::chrono::hours(1)), 0);
  EXPECT_EQ(clean(JobState::completed, base::Millis(0)), 0);
  EXPECT_EQ(counts().failed, 1);
  EXPECT_EQ(clean(JobState::failed, base::Millis(0)), 1);
  EXPECT_EQ(counts().failed, 0);
  EXPECT_EQ(users(JobState::failed), "");
}

TEST(InProcessQueue, tells_that_somebody_waits_for_jobs_that_were_cleaned_away) {
  support::Reactor reactor;
  const base::SystemClock clock;
  InProcessQueue queue(reactor.executor(), clock);
  int lost = 0;
  queue.on_jobs_lost([&] { ++lost; });
  std::vector<RoundJob> jobs(1, {.user_id = "a", .fence = 1});
  reactor.run(queue.add(std::move(jobs)));
  EXPECT_EQ(reactor.run(queue.clean(JobState::completed, base::Millis(0))), 0);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(reactor.run(queue.clean(JobState::waiting, base::Millis(0))), 1);
  EXPECT_EQ(lost, 1);
}

TEST_P(QueueContract, cleaning_what_waits_leaves_what_is_in_hands) {
  reactor_.run(administration_->pause());
  add({job("a"), job("b")});
  EXPECT_EQ(reactor_.run(administration_->clean(JobState::waiting, base::Millis(0))), 2);
  EXPECT_EQ(counts().waiting, 0);
  reactor_.run(administration_->resume());
  add({job("c")});
  take_all(1);
  EXPECT_THROW(reactor_.run(administration_->clean(JobState::active, base::Millis(0))),
               std::invalid_argument);
  EXPECT_EQ(counts().active, 1);
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
  open_again();
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
  open_queue();
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

TEST_P(BullmqQueueTest, pages_go_on_with_jobs_that_have_a_priority_and_count_ids_without_a_job) {
  const std::string queue = "bull:monitor-user-tasks:";
  add({job("a"), job("b")});
  redis_->ask("LPUSH", queue + "wait", "nothing-behind-it");
  for (const std::string user : {"p", "q"}) {
    redis_->ask("HSET", queue + user, "name", "monitor", "data", R"({"userId":")" + user + R"("})", "opts",
                "{}");
    redis_->ask("ZADD", queue + "prioritized", user == "p" ? "1" : "2", user);
  }
  EXPECT_EQ(users(JobState::waiting, 0, 2), "a b");
  EXPECT_TRUE(jobs(JobState::waiting, 0, 2).more);
  EXPECT_EQ(users(JobState::waiting, 2, 2), "p") << "after the id without a job";
  EXPECT_TRUE(jobs(JobState::waiting, 2, 2).more);
  EXPECT_EQ(users(JobState::waiting, 4, 2), "q");
  EXPECT_FALSE(jobs(JobState::waiting, 4, 2).more);
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

TEST_P(BullmqQueueTest, whoever_takes_is_known_by_his_name) {
  EXPECT_EQ(reactor_.run(administration_->consumers())->size(), 0u);
  add({job("a")});
  take_all(1);
  const auto consumers = reactor_.run(administration_->consumers());
  ASSERT_EQ(consumers->size(), 1u);
  EXPECT_EQ(consumers->front().name, "worker-here");
  EXPECT_NE(consumers->front().address, "");
}

TEST_P(BullmqQueueTest, administration_says_that_redis_is_away) {
  redis_->kill();
  EXPECT_THROW(reactor_.run(administration_->is_paused()), Unavailable);
  EXPECT_THROW(reactor_.run(administration_->consumers()), Unavailable);
}

INSTANTIATE_TEST_SUITE_P(Redis, BullmqQueueTest, testing::Values(Engine::bullmq),
                         [](const auto&) { return std::string("bullmq"); });

}  // namespace
}  // namespace watchbill::queue
