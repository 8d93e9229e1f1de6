// What a queue tells about itself and its jobs, and what is set for all that work on it.
#include <gmock/gmock.h>

#include "bullmq/testing/live_queue.h"
#include "bullmq/worker.h"

namespace watchbill::bullmq {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Ids = std::vector<std::string>;

// A job of each state but waiting-children.
class QueueOfAllStates : public LiveQueue {
 protected:
  QueueOfAllStates() {
    add("done");
    complete_next();
    add("broken");
    fail_next();
    add("running");
    take();
    add("later", {.delay = hours(1)});
    add("urgent", {.priority = 3});
    add("next");
  }
};

TEST_F(QueueOfAllStates, counts_each_state) {
  EXPECT_THAT(run(queue_.job_counts()),
              ElementsAre(Pair(JobState::active, 1), Pair(JobState::completed, 1), Pair(JobState::delayed, 1),
                          Pair(JobState::failed, 1), Pair(JobState::prioritized, 1),
                          Pair(JobState::waiting, 1), Pair(JobState::waiting_children, 0)));
}

TEST_F(QueueOfAllStates, counts_only_the_states_asked_for_and_each_once) {
  EXPECT_THAT(run(queue_.job_counts({JobState::failed, JobState::waiting, JobState::failed})),
              ElementsAre(Pair(JobState::failed, 1), Pair(JobState::waiting, 1)));
  EXPECT_EQ(run(queue_.count({JobState::completed, JobState::failed})), 2);
}

TEST_F(QueueOfAllStates, count_of_what_is_to_be_done_leaves_out_running_and_finished_jobs) {
  EXPECT_EQ(run(queue_.count()), 3);
}

TEST_F(QueueOfAllStates, tells_where_a_job_is) {
  EXPECT_EQ(state("done"), "completed");
  EXPECT_EQ(state("broken"), "failed");
  EXPECT_EQ(state("running"), "active");
  EXPECT_EQ(state("later"), "delayed");
  EXPECT_EQ(state("urgent"), "prioritized");
  EXPECT_EQ(state("next"), "waiting");
  EXPECT_EQ(state("nobody"), "unknown");
}

TEST_F(QueueOfAllStates, lists_all_states_when_none_is_named) {
  Ids all;
  for (const auto& job : run(queue_.get_jobs(std::vector<JobState>{}))) all.push_back(job.id());
  EXPECT_THAT(all, UnorderedElementsAre("done", "broken", "running", "later", "urgent", "next"));
}

TEST_F(LiveQueue, gets_a_job_as_it_was_added) {
  Json data = {{"colour", "red"}};
  run(queue_.add("eat", data, {.job_id = "apple", .attempts = 3, .delay = minutes(5), .priority = 7}));
  const auto job = get("apple");
  EXPECT_EQ(job.name(), "eat");
  EXPECT_EQ(job.data(), data);
  EXPECT_EQ(job.options().attempts, 3);
  EXPECT_EQ(job.record().delay, minutes(5));
  EXPECT_EQ(job.record().priority, 7u);
  EXPECT_EQ(job.progress(), Json(0));
  EXPECT_FALSE(job.return_value());
  EXPECT_THAT(job.stack_trace(), IsEmpty());
}

TEST_F(LiveQueue, gets_nothing_for_an_id_that_is_no_job) {
  EXPECT_FALSE(run(queue_.get_job("nobody")));
  EXPECT_FALSE(run(queue_.get_job("meta"))) << "a hash of the queue itself is no job";
}

TEST_F(LiveQueue, says_so_when_a_key_holds_something_else) {
  server_.ask("SET", "bull:fruit:apple", "text");
  try {
    run(queue_.get_job("apple"));
    FAIL() << "a job was found";
  } catch (const redis::Error& e) {
    EXPECT_EQ(e.kind(), redis::ErrorKind::wrong_type);
  }
}

TEST_F(LiveQueue, refuses_ids_that_the_scripts_would_confuse) {
  EXPECT_THROW(add("123"), std::invalid_argument);
  EXPECT_THROW(add("a:b"), std::invalid_argument);
  EXPECT_THROW(add("0"), std::invalid_argument);
}

TEST_F(LiveQueue, lists_waiting_jobs_in_the_order_they_will_run) {
  add_all({"a", "b", "c", "d"});
  EXPECT_EQ(ids(JobState::waiting), (Ids{"a", "b", "c", "d"}));
  EXPECT_EQ(ids(JobState::waiting, {.ascending = false}), (Ids{"d", "c", "b", "a"}));
}

TEST_F(LiveQueue, lists_a_page_of_a_list) {
  add_all({"a", "b", "c", "d"});
  EXPECT_EQ(ids(JobState::waiting, {.start = 1, .end = 2, .ascending = true}), (Ids{"b", "c"}));
  EXPECT_EQ(ids(JobState::waiting, {.start = 1, .end = 2}), (Ids{"c", "b"}));
  EXPECT_EQ(ids(JobState::waiting, {.start = 2, .end = 9, .ascending = true}), (Ids{"c", "d"}));
  EXPECT_EQ(ids(JobState::waiting, {.start = 4, .end = 9, .ascending = true}), Ids{}) << "beyond the end";
}

TEST_F(LiveQueue, lists_delayed_jobs_by_when_they_are_due) {
  add_delayed("evening", hours(9));
  add_delayed("noon", hours(3));
  EXPECT_EQ(ids(JobState::delayed), (Ids{"noon", "evening"}));
  EXPECT_EQ(ids(JobState::delayed, {.start = 0, .end = 0}), Ids{"evening"});
}

TEST_F(LiveQueue, lists_finished_jobs_the_newest_first_unless_ascending) {
  add_all({"a", "b"});
  complete_next();
  server_.ask("ZADD", "bull:fruit:completed", "1", "a");  // so that their times differ
  complete_next();
  EXPECT_EQ(ids(JobState::completed, {}), (Ids{"b", "a"}));
  EXPECT_EQ(ids(JobState::completed), (Ids{"a", "b"}));
}

TEST_F(LiveQueue, lists_next_in_place_of_ids_without_a_job) {
  add_all({"a", "b", "c"});
  server_.ask("DEL", "bull:fruit:a");
  EXPECT_EQ(ids(JobState::waiting, {.start = 0, .end = 1, .ascending = true}), (Ids{"b", "c"}));
  EXPECT_EQ(run(queue_.get_job_ids({JobState::waiting}, {.ascending = true})), (Ids{"a", "b", "c"}))
      << "without looking behind the ids";
}

TEST_F(LiveQueue, counts_jobs_that_are_due_before_a_time) {
  add_delayed("soon", minutes(1));
  add_delayed("later", hours(1));
  EXPECT_EQ(run(queue_.delayed_count(clock_.now() + minutes(30))), 1);
  EXPECT_EQ(run(queue_.delayed_count(clock_.now())), 0);
}

TEST_F(LiveQueue, counts_jobs_per_priority) {
  add("plain");
  add_prioritized("a", 1);
  add_prioritized("b", 2);
  add_prioritized("c", 2);
  EXPECT_THAT(run(queue_.counts_per_priority({0, 1, 2, 5})),
              ElementsAre(Pair(0, 1), Pair(1, 1), Pair(2, 2), Pair(5, 0)));
}

TEST_F(LiveQueue, paused_is_paused_for_all_until_resumed) {
  add("apple");
  run(queue_.pause());
  EXPECT_TRUE(run(queue_.is_paused()));
  EXPECT_THROW(take(), std::runtime_error) << "a job starts in a paused queue";
  EXPECT_EQ(state("apple"), "waiting") << "paused jobs wait";
  run(queue_.resume());
  EXPECT_FALSE(run(queue_.is_paused()));
  EXPECT_EQ(take().id(), "apple");
  EXPECT_THAT(events(), ::testing::IsSupersetOf({"paused ", "resumed "}));
}

TEST_F(LiveQueue, resume_empties_the_list_that_bullmq5_paused_into) {
  add("first");
  // More than one step of the script moves.
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<std::string> push{"LPUSH", "bull:fruit:paused"};
    for (int at = 0; at < 3000; ++at) push.push_back("old-" + std::to_string(batch * 3000 + at));
    server_.ask_all(push);
  }
  EXPECT_EQ(count(JobState::paused), 9000);
  run(queue_.resume());
  EXPECT_EQ(count(JobState::paused), 0);
  EXPECT_EQ(ask("LLEN", "wait"), "9001");
  const auto told = events();
  EXPECT_EQ(std::ranges::count(told, "resumed "), 1);
}

TEST_F(LiveQueue, is_maxed_when_as_many_jobs_run_as_the_global_concurrency_allows) {
  EXPECT_EQ(run(queue_.global_concurrency()), std::nullopt);
  run(queue_.set_global_concurrency(1));
  EXPECT_EQ(run(queue_.global_concurrency()), 1);
  add_all({"a", "b"});
  EXPECT_FALSE(run(queue_.is_maxed()));
  take();
  EXPECT_TRUE(run(queue_.is_maxed()));
  EXPECT_THROW(take(), std::runtime_error) << "one more than allowed started";
  run(queue_.remove_global_concurrency());
  EXPECT_EQ(take().id(), "b");
}

TEST_F(LiveQueue, global_rate_limit_holds_jobs_back) {
  run(queue_.set_global_rate_limit({.max = 1, .duration = hours(1)}));
  EXPECT_EQ(run(queue_.global_rate_limit()), (GlobalRateLimit{1, hours(1)}));
  add_all({"a", "b"});
  EXPECT_EQ(run(queue_.rate_limit_ttl()), milliseconds(0));
  take();
  EXPECT_GT(run(queue_.rate_limit_ttl()), minutes(59));
  EXPECT_THROW(take(), std::runtime_error) << "one more than the limit started";
  run(queue_.remove_global_rate_limit());
  EXPECT_EQ(run(queue_.global_rate_limit()), std::nullopt);
}

TEST_F(LiveQueue, rate_limit_holds_until_it_is_over_or_removed) {
  EXPECT_EQ(run(queue_.rate_limit_ttl()), milliseconds(0));
  run(queue_.rate_limit(hours(1)));
  EXPECT_GT(run(queue_.rate_limit_ttl()), minutes(59));
  EXPECT_GT(run(queue_.rate_limit_ttl(100)), minutes(59)) << "it is spent, whatever the limit";
  EXPECT_EQ(ask("GET", "limiter"), "9007199254740991");
  EXPECT_TRUE(run(queue_.remove_rate_limit_key()));
  EXPECT_FALSE(run(queue_.remove_rate_limit_key()));
  EXPECT_EQ(run(queue_.rate_limit_ttl()), milliseconds(0));
}

TEST_F(LiveQueue, refuses_limits_that_let_nothing_through) {
  EXPECT_THROW(run(queue_.set_global_concurrency(0)), std::invalid_argument);
  EXPECT_THROW(run(queue_.set_global_rate_limit({.max = 0, .duration = hours(1)})), std::invalid_argument);
  EXPECT_THROW(run(queue_.set_global_rate_limit({.max = 1})), std::invalid_argument);
  EXPECT_THROW(run(queue_.rate_limit(milliseconds(0))), std::invalid_argument);
}

TEST_F(LiveQueue, deduplication_id_leads_to_the_job_that_keeps_others_away) {
  const JobOptions options{.deduplication = Deduplication{.id = "basket"}};
  EXPECT_EQ(run(queue_.deduplication_job_id("basket")), std::nullopt);
  const auto first = run(queue_.add("eat", Json(), options));
  EXPECT_EQ(run(queue_.add("eat", Json(), options)).id(), first.id());
  EXPECT_EQ(run(queue_.deduplication_job_id("basket")), first.id());
  EXPECT_TRUE(run(queue_.remove_deduplication_key("basket")));
  EXPECT_FALSE(run(queue_.remove_deduplication_key("basket")));
  EXPECT_NE(run(queue_.add("eat", Json(), options)).id(), first.id());
}

TEST_F(LiveQueue, logs_are_read_from_either_end) {
  add("apple");
  for (const auto* line : {"one", "two", "three", "four"}) run(queue_.add_job_log("apple", line));
  const auto from_start = run(queue_.job_logs("apple", {.start = 0, .end = 1, .ascending = true}));
  EXPECT_THAT(from_start.lines, ElementsAre("one", "two"));
  EXPECT_EQ(from_start.count, 4);
  EXPECT_THAT(run(queue_.job_logs("apple", {.start = 0, .end = 1})).lines, ElementsAre("four", "three"));
  EXPECT_THAT(run(queue_.job_logs("apple")).lines, ElementsAre("one", "two", "three", "four"));
}

TEST_F(LiveQueue, log_keeps_as_many_lines_as_told) {
  add("apple");
  for (const auto* line : {"one", "two", "three"}) run(queue_.add_job_log("apple", line, 2));
  EXPECT_THAT(run(queue_.job_logs("apple")).lines, ElementsAre("two", "three"));
  EXPECT_EQ(refusal(queue_.add_job_log("nobody", "line")), Refusal::missing_job);
}

TEST_F(LiveQueue, progress_is_set_from_outside) {
  add("apple");
  Json half = {{"half", true}};
  run(queue_.update_job_progress("apple", half));
  EXPECT_EQ(get("apple").progress(), half);
  EXPECT_EQ(refusal(queue_.update_job_progress("nobody", 1)), Refusal::missing_job);
}

TEST_F(LiveQueue, meta_tells_what_holds_for_the_queue) {
  run(queue_.pause());
  run(queue_.set_global_concurrency(5));
  server_.ask("HSET", "bull:fruit:meta", "colour", "red");
  const auto meta = run(queue_.meta());
  EXPECT_TRUE(meta.paused);
  EXPECT_EQ(meta.concurrency, 5);
  EXPECT_EQ(meta.rate_limit, std::nullopt);
  EXPECT_EQ(meta.max_event_length, 10000);
  EXPECT_THAT(meta.version, HasSubstr("bullmq:"));
  EXPECT_EQ(run(queue_.version()), meta.version);
  EXPECT_THAT(meta.other, ElementsAre(Pair("colour", "red")));
}

TEST_F(LiveQueue, metrics_are_those_that_workers_collected) {
  server_.ask("HSET", "bull:fruit:metrics:failed", "count", "9", "prevTS", "1700000000000", "prevCount", "7");
  server_.ask("RPUSH", "bull:fruit:metrics:failed:data", "2", "0", "5");
  const auto failed = run(queue_.metrics(JobState::failed, 0, 1));
  EXPECT_EQ(failed.count, 9);
  EXPECT_EQ(failed.previous_time, base::from_epoch_ms(1700000000000));
  EXPECT_EQ(failed.previous_count, 7);
  EXPECT_THAT(failed.data, ElementsAre(2, 0));
  EXPECT_EQ(failed.data_points, 3);
  EXPECT_EQ(run(queue_.metrics(JobState::completed)).count, 0);
  EXPECT_THROW(run(queue_.metrics(JobState::active)), std::invalid_argument);
}

TEST_F(QueueOfAllStates, prometheus_text_has_counts_and_totals) {
  server_.ask("HSET", "bull:fruit:metrics:completed", "count", "9");
  const auto text = run(queue_.prometheus({{"env", "test"}}));
  EXPECT_THAT(text, HasSubstr("bullmq_job_count{queue=\"fruit\", state=\"waiting\", env=\"test\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("bullmq_job_completed_total{queue=\"fruit\", env=\"test\"} 9\n"));
}

TEST_F(LiveQueue, finds_its_workers_among_the_servers_clients) {
  const auto idle = [](Job&) -> base::Task<Json> { co_return Json(); };
  const auto server = redis::parse_url(server_.url());
  Worker unnamed(reactor_.executor(), clock_, server, "fruit", idle);
  Worker named(reactor_.executor(), clock_, server, "fruit", idle, {.name = "left"});
  Worker of_another_queue(reactor_.executor(), clock_, server, "vegetables", idle);
  for (auto* worker : {&unnamed, &named, &of_another_queue}) {
    run(worker->start());
    run(worker->client().wait_ready(worker->client().within(milliseconds(20000))));
  }
  std::set<std::string> names;
  const auto end = clock_.monotonic_now() + milliseconds(20000);
  while (names.size() < 2 && clock_.monotonic_now() < end)
    for (const auto& worker : run(queue_.workers())) names.insert(worker.name);
  EXPECT_THAT(names, ElementsAre("", "left"));
  EXPECT_THAT(run(queue_.listeners()), IsEmpty());
  for (auto* worker : {&unnamed, &named, &of_another_queue}) run(worker->stop());
}

TEST_F(LiveQueue, adding_many_tells_of_an_error_of_the_server) {
  server_.ask("SET", "bull:fruit:wait", "text");
  std::vector<NewJob> jobs{{.name = "eat"}};
  EXPECT_THROW(run(queue_.add_many(std::move(jobs))), redis::Error);
}

}  // namespace
}  // namespace watchbill::bullmq
