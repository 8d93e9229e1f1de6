// What a queue removes and puts back.
#include <gmock/gmock.h>

#include "bullmq/testing/live_queue.h"

namespace watchbill::bullmq {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Ids = std::vector<std::string>;

class QueueMaintenance : public LiveQueue {
 protected:
  std::string keys() { return server_.ask("KEYS", "bull:fruit:*"); }
  void grow_old(const std::string& id, const std::string& field) { ask("HSET", id, field, "1000"); }
};

// --- remove

TEST_F(QueueMaintenance, remove_takes_a_job_and_all_it_has) {
  add("apple");
  run(queue_.add_job_log("apple", "line"));
  EXPECT_TRUE(run(queue_.remove("apple")));
  EXPECT_EQ(state("apple"), "unknown");
  EXPECT_EQ(server_.ask("KEYS", "bull:fruit:apple*"), "");
  EXPECT_THAT(events(), Contains("removed apple"));
}

TEST_F(QueueMaintenance, remove_leaves_a_job_in_a_workers_hands) {
  add("apple");
  take();
  EXPECT_FALSE(run(queue_.remove("apple")));
  EXPECT_EQ(state("apple"), "active");
}

TEST_F(QueueMaintenance, remove_takes_or_leaves_the_children) {
  add("tree");
  for (const auto* child : {"leaf", "twig"})
    add(child, {.parent = Parent{.id = "tree", .queue = "bull:fruit"}});
  EXPECT_TRUE(run(queue_.remove("tree", false)));
  EXPECT_EQ(state("leaf"), "waiting");
  add("tree");
  add("bud", {.parent = Parent{.id = "tree", .queue = "bull:fruit"}});
  EXPECT_TRUE(run(queue_.remove("tree")));
  EXPECT_EQ(state("bud"), "unknown");
}

// --- drain

TEST_F(QueueMaintenance, drain_removes_what_waits_and_nothing_else) {
  add("done");
  complete_next();
  add("running");
  take();
  add("next");
  add_prioritized("urgent", 1);
  add_delayed("later");
  run(queue_.drain());
  EXPECT_EQ(state("next"), "unknown");
  EXPECT_EQ(state("urgent"), "unknown");
  EXPECT_EQ(state("later"), "delayed");
  EXPECT_EQ(state("running"), "active");
  EXPECT_EQ(state("done"), "completed");
  run(queue_.drain(true));
  EXPECT_EQ(state("later"), "unknown");
}

TEST_F(QueueMaintenance, drain_leaves_the_next_job_of_a_scheduler) {
  const auto due = base::to_epoch_ms(clock_.now() + hours(1));
  const auto id = "repeat:daily:" + std::to_string(due);
  add(id, {.delay = hours(1)});
  server_.ask("ZADD", "bull:fruit:repeat", std::to_string(due), "daily");
  run(queue_.drain(true));
  EXPECT_EQ(state(id), "delayed");
}

// --- clean

TEST_F(QueueMaintenance, clean_removes_finished_jobs_older_than_the_grace) {
  add_all({"old", "new", "broken"});
  complete_next();
  complete_next();
  fail_next();
  server_.ask("ZADD", "bull:fruit:completed", "1000", "old");
  grow_old("old", "finishedOn");
  EXPECT_THAT(run(queue_.clean(hours(1))), ElementsAre("old"));
  EXPECT_EQ(state("new"), "completed");
  EXPECT_EQ(state("broken"), "failed");
  EXPECT_THAT(run(queue_.clean(milliseconds(0), 0, JobState::failed)), ElementsAre("broken"));
  EXPECT_EQ(run(queue_.get_job("broken")), std::nullopt);
}

TEST_F(QueueMaintenance, clean_removes_no_more_than_the_limit) {
  add_all({"a", "b", "c"});
  for (int at = 0; at < 3; ++at) complete_next();
  EXPECT_THAT(run(queue_.clean(milliseconds(0), 2)), SizeIs(2));
  EXPECT_EQ(count(JobState::completed), 1);
}

TEST_F(QueueMaintenance, clean_reaches_each_state_that_has_an_age) {
  add("next");
  add_prioritized("urgent", 1);
  add_delayed("later");
  for (const auto* id : {"next", "urgent", "later"}) grow_old(id, "timestamp");
  EXPECT_THAT(run(queue_.clean(hours(1), 0, JobState::waiting)), ElementsAre("next"));
  EXPECT_THAT(run(queue_.clean(hours(1), 0, JobState::prioritized)), ElementsAre("urgent"));
  EXPECT_THAT(run(queue_.clean(hours(1), 0, JobState::delayed)), ElementsAre("later"));
  EXPECT_THAT(events(), Contains("cleaned ").Times(3));
}

TEST_F(QueueMaintenance, clean_removes_active_jobs_only_without_a_lock) {
  add_all({"held", "lost"});
  take();
  take();
  server_.ask("DEL", "bull:fruit:lost:lock");
  EXPECT_THAT(run(queue_.clean(milliseconds(0), 0, JobState::active)), ElementsAre("lost"));
  EXPECT_EQ(state("held"), "active");
}

TEST_F(QueueMaintenance, clean_refuses_nonsense) {
  EXPECT_THROW(run(queue_.clean(milliseconds(-1))), std::invalid_argument);
  EXPECT_THROW(run(queue_.clean(milliseconds(0), -1)), std::invalid_argument);
  EXPECT_THROW(run(queue_.clean(milliseconds(0), 0, JobState::unknown)), std::invalid_argument);
  EXPECT_THROW(run(queue_.clean(milliseconds(0), 0, JobState::waiting_children)), std::invalid_argument);
}

// --- obliterate

TEST_F(QueueMaintenance, obliterate_leaves_no_key) {
  add_all({"done", "broken", "next"});
  complete_next();
  fail_next();
  add_prioritized("urgent", 1);
  add_delayed("later");
  run(queue_.add_job_log("next", "line"));
  run(queue_.obliterate());
  EXPECT_EQ(keys(), "");
}

TEST_F(QueueMaintenance, obliterate_goes_on_step_by_step) {
  add_all({"a", "b", "c", "d", "e", "f", "g"});
  run(queue_.obliterate(false, 2));
  EXPECT_EQ(keys(), "");
}

TEST_F(QueueMaintenance, obliterate_wants_force_when_jobs_are_active) {
  add("running");
  take();
  EXPECT_EQ(refusal(queue_.obliterate()), Refusal::active_jobs);
  EXPECT_TRUE(run(queue_.is_paused())) << "so that none starts before the next try";
  run(queue_.obliterate(true));
  EXPECT_EQ(keys(), "");
}

TEST_F(QueueMaintenance, obliterate_refuses_steps_that_never_end) {
  add("apple");
  EXPECT_THROW(run(queue_.obliterate(false, 0)), std::invalid_argument);
  EXPECT_EQ(state("apple"), "waiting");
}

// --- retry and promote

TEST_F(QueueMaintenance, retry_puts_all_failed_jobs_back) {
  add_all({"a", "b", "c"});
  for (int at = 0; at < 3; ++at) fail_next();
  run(queue_.retry_jobs({.count = 1}));
  EXPECT_EQ(count(JobState::failed), 0);
  EXPECT_EQ(count(JobState::waiting), 3);
  const auto job = get("a");
  EXPECT_EQ(job.record().failed_reason, "");
  EXPECT_FALSE(job.record().finished_on);
}

TEST_F(QueueMaintenance, retry_can_be_of_completed_jobs) {
  add("apple");
  complete_next();
  run(queue_.retry_jobs({.state = JobState::completed}));
  EXPECT_EQ(state("apple"), "waiting");
  EXPECT_FALSE(get("apple").return_value());
}

TEST_F(QueueMaintenance, retry_leaves_jobs_that_failed_after_the_time) {
  add_all({"early", "late"});
  fail_next();
  fail_next();
  server_.ask("ZADD", "bull:fruit:failed", "1000", "early");
  run(queue_.retry_jobs({.until = base::from_epoch_ms(2000)}));
  EXPECT_EQ(state("early"), "waiting");
  EXPECT_EQ(state("late"), "failed");
}

TEST_F(QueueMaintenance, retry_in_a_paused_queue_starts_nothing) {
  add("apple");
  fail_next();
  run(queue_.pause());
  run(queue_.retry_jobs());
  EXPECT_EQ(state("apple"), "waiting");
  EXPECT_THROW(take(), std::runtime_error) << "a job starts in a paused queue";
  EXPECT_EQ(ask("EXISTS", "marker"), "0");
}

TEST_F(QueueMaintenance, promote_makes_all_delayed_jobs_wait) {
  for (const auto* id : {"a", "b", "c"}) add_delayed(id);
  run(queue_.promote_jobs(2));
  EXPECT_EQ(count(JobState::delayed), 0);
  EXPECT_EQ(count(JobState::waiting), 3);
}

TEST_F(QueueMaintenance, retry_and_promote_refuse_nonsense) {
  EXPECT_THROW(run(queue_.retry_jobs({.state = JobState::active})), std::invalid_argument);
  EXPECT_THROW(run(queue_.retry_jobs({.count = 0})), std::invalid_argument);
  EXPECT_THROW(run(queue_.promote_jobs(0)), std::invalid_argument);
}

// --- orphans and events

TEST_F(QueueMaintenance, orphans_are_removed_and_nothing_else) {
  add("apple");
  run(queue_.add_job_log("apple", "line"));
  server_.ask("HSET", "bull:fruit:orphan", "name", "eat");
  server_.ask("RPUSH", "bull:fruit:orphan:logs", "line");
  server_.ask("HSET", "bull:fruits:other", "name", "of another queue");
  server_.ask("HSET", "bull:fruit:metrics:failed", "count", "9");
  EXPECT_EQ(run(queue_.remove_orphaned_jobs(2)), 1);
  EXPECT_EQ(server_.ask("KEYS", "bull:fruit:orphan*"), "");
  EXPECT_EQ(state("apple"), "waiting");
  EXPECT_EQ(ask("EXISTS", "apple:logs"), "1");
  EXPECT_EQ(ask("EXISTS", "metrics:failed"), "1");
  EXPECT_EQ(server_.ask("EXISTS", "bull:fruits:other"), "1");
}

TEST_F(QueueMaintenance, orphans_are_removed_up_to_the_limit) {
  for (int at = 0; at < 50; ++at) ask("HSET", "orphan-" + std::to_string(at), "name", "eat");
  EXPECT_LT(run(queue_.remove_orphaned_jobs(1, 1)), 50);
  EXPECT_GT(run(queue_.remove_orphaned_jobs()), 0);
  EXPECT_EQ(server_.ask("KEYS", "bull:fruit:orphan*"), "");
}

TEST_F(QueueMaintenance, events_are_trimmed_to_about_a_length) {
  for (int at = 0; at < 300; ++at) add("job-" + std::to_string(at));
  const auto before = std::stoi(ask("XLEN", "events"));
  const auto removed = run(queue_.trim_events(0));
  EXPECT_GT(removed, 0);
  EXPECT_EQ(std::stoi(ask("XLEN", "events")), before - removed);
  EXPECT_THROW(run(queue_.trim_events(-1)), std::invalid_argument);
}

TEST_F(QueueMaintenance, key_of_bullmq4_is_removed) {
  ask("ZADD", "priority", "1", "old");
  EXPECT_TRUE(run(queue_.remove_deprecated_priority_key()));
  EXPECT_FALSE(run(queue_.remove_deprecated_priority_key()));
}

}  // namespace
}  // namespace watchbill::bullmq
