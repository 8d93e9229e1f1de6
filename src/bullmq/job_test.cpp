// What can be done with a job.
#include "bullmq/job.h"

#include <gmock/gmock.h>

#include "bullmq/testing/live_queue.h"

namespace watchbill::bullmq {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Ids = std::vector<std::string>;
using JobTest = LiveQueue;

// --- state

TEST_F(JobTest, is_in_one_state_at_a_time) {
  auto job = add("apple");
  EXPECT_EQ(run(job.state()), JobState::waiting);
  EXPECT_TRUE(run(job.is_in_state(JobState::waiting)));
  EXPECT_FALSE(run(job.is_in_state(JobState::active)));
  auto taken = take();
  EXPECT_TRUE(run(job.is_in_state(JobState::active)));
  run(taken.move_to_completed("done"));
  EXPECT_TRUE(run(job.is_in_state(JobState::completed)));
  EXPECT_FALSE(run(job.is_in_state(JobState::waiting)));
  EXPECT_THROW(run(job.is_in_state(JobState::unknown)), std::invalid_argument);
}

TEST_F(JobTest, waits_also_in_the_list_that_bullmq5_paused_into) {
  auto job = add("apple");
  server_.ask("RENAME", "bull:fruit:wait", "bull:fruit:paused");
  EXPECT_EQ(run(job.state()), JobState::waiting);
  EXPECT_TRUE(run(job.is_in_state(JobState::waiting)));
}

TEST_F(JobTest, reads_what_an_attempt_left) {
  add("apple");
  Json value = {{"pips", 5}};
  complete_next(value);
  EXPECT_EQ(get("apple").return_value(), value);
  add("pear");
  server_.ask("HSET", "bull:fruit:pear", "stacktrace", R"(["Error: first","Error: second"])");
  fail_next("worm");
  const auto pear = get("pear");
  EXPECT_EQ(pear.record().failed_reason, "worm");
  EXPECT_THAT(pear.stack_trace(), ElementsAre("Error: first", "Error: second"));
}

TEST_F(JobTest, takes_corrupted_results_for_none) {
  add("apple");
  ask("HSET", "apple", "returnvalue", "{broken", "stacktrace", "7", "progress", "{");
  const auto job = get("apple");
  EXPECT_FALSE(job.return_value());
  EXPECT_FALSE(job.progress());
  EXPECT_THAT(job.stack_trace(), IsEmpty());
}

// --- retry

TEST_F(JobTest, failed_job_is_retried) {
  add("apple");
  auto job = fail_next();
  run(job.retry());
  EXPECT_EQ(run(job.state()), JobState::waiting);
  EXPECT_THAT(events(), Contains("waiting apple").Times(2));
  const auto read = get("apple");
  EXPECT_EQ(read.record().failed_reason, "");
  EXPECT_FALSE(read.record().finished_on);
  EXPECT_FALSE(read.record().processed_on);
  EXPECT_EQ(read.record().attempts_made, 1) << "the attempt counts";
}

TEST_F(JobTest, retry_can_begin_counting_anew) {
  add("apple");
  auto job = fail_next();
  run(job.retry(JobState::failed, {.attempts_made = true, .attempts_started = true}));
  EXPECT_EQ(get("apple").record().attempts_made, 0);
  EXPECT_EQ(get("apple").record().attempts_started, 0);
}

TEST_F(JobTest, completed_job_is_retried_when_that_is_said) {
  add("apple");
  auto job = complete_next();
  EXPECT_EQ(refusal(job.retry()), Refusal::not_in_state);
  run(job.retry(JobState::completed));
  EXPECT_EQ(run(job.state()), JobState::waiting);
  EXPECT_FALSE(get("apple").return_value());
}

TEST_F(JobTest, retry_keeps_priority_and_order) {
  add_prioritized("urgent", 5);
  auto urgent = fail_next();
  run(urgent.retry());
  EXPECT_EQ(run(urgent.state()), JobState::prioritized);
  add("lifo", {.lifo = true});
  auto lifo = fail_next();
  add("first");
  run(lifo.retry());
  EXPECT_EQ(ids(JobState::waiting), (Ids{"lifo", "first"}));
}

TEST_F(JobTest, retry_refuses_what_is_not_finished) {
  auto job = add("apple");
  EXPECT_EQ(refusal(job.retry()), Refusal::not_in_state);
  EXPECT_THROW(run(job.retry(JobState::active)), std::invalid_argument);
  run(job.remove());
  EXPECT_EQ(refusal(job.retry()), Refusal::missing_job);
}

// --- remove

TEST_F(JobTest, removed_from_each_state_it_leaves_nothing) {
  add("done");
  complete_next();
  add("broken");
  fail_next();
  add_delayed("later");
  add_prioritized("urgent", 1);
  add("next");
  for (const auto* id : {"done", "broken", "later", "urgent", "next"}) {
    auto job = get(id);
    run(job.remove());
    EXPECT_EQ(run(job.state()), JobState::unknown) << id;
    EXPECT_EQ(ask("EXISTS", id), "0") << id;
  }
}

TEST_F(JobTest, remove_is_refused_while_a_worker_has_it) {
  add("apple");
  auto job = take();
  EXPECT_EQ(refusal(job.remove()), Refusal::lock_mismatch);
  EXPECT_EQ(run(job.state()), JobState::active);
}

TEST_F(JobTest, remove_is_refused_for_the_next_job_of_a_scheduler) {
  const std::string id = "repeat:daily:1700000000000";
  auto job = add(id, {.delay = hours(1), .repeat_job_key = "daily"});
  server_.ask("ZADD", "bull:fruit:repeat", "1700000000000", "daily");
  EXPECT_EQ(refusal(job.remove()), Refusal::belongs_to_scheduler);
}

// --- promote, delay, priority

TEST_F(JobTest, promoted_it_no_longer_waits_for_its_time) {
  auto job = add_delayed("later");
  run(job.promote());
  EXPECT_EQ(run(job.state()), JobState::waiting);
  EXPECT_EQ(get("later").record().delay, milliseconds(0));
  EXPECT_EQ(take().id(), "later");
  EXPECT_EQ(refusal(job.promote()), Refusal::not_in_state);
}

TEST_F(JobTest, promoted_it_keeps_its_priority) {
  auto job = add("later", {.delay = hours(1), .priority = 4});
  run(job.promote());
  EXPECT_EQ(run(job.state()), JobState::prioritized);
}

TEST_F(JobTest, delay_is_changed_from_now_on) {
  auto early = add_delayed("early", minutes(5));
  add_delayed("middle", hours(1));
  run(early.change_delay(hours(2)));
  EXPECT_EQ(ids(JobState::delayed), (Ids{"middle", "early"}));
  EXPECT_EQ(get("early").record().delay, hours(2));
  EXPECT_THAT(events(), Contains("delayed early").Times(2));
}

TEST_F(JobTest, delay_is_changed_only_of_a_delayed_job) {
  auto job = add("apple");
  EXPECT_EQ(refusal(job.change_delay(hours(1))), Refusal::not_in_state);
  EXPECT_THROW(run(job.change_delay(milliseconds(-1))), std::invalid_argument);
  run(job.remove());
  EXPECT_EQ(refusal(job.change_delay(hours(1))), Refusal::missing_job);
}

TEST_F(JobTest, priority_decides_who_is_next) {
  add_prioritized("b", 5);
  auto job = add_prioritized("a", 9);
  run(job.change_priority(1));
  EXPECT_EQ(ids(JobState::prioritized), (Ids{"a", "b"}));
  EXPECT_EQ(get("a").record().priority, 1u);
  run(job.change_priority(0));
  EXPECT_EQ(run(job.state()), JobState::waiting) << "without a priority it is before all that have one";
  run(job.change_priority(7));
  EXPECT_EQ(ids(JobState::prioritized), (Ids{"b", "a"}));
}

TEST_F(JobTest, lifo_puts_it_before_those_of_its_priority) {
  add_prioritized("a", 5);
  auto job = add_prioritized("b", 9);
  run(job.change_priority(5, true));
  EXPECT_EQ(ids(JobState::prioritized), (Ids{"b", "a"}));
  add("c");
  run(job.change_priority(0, true));
  EXPECT_EQ(ids(JobState::waiting), (Ids{"b", "c"}));
}

TEST_F(JobTest, priority_refuses_nonsense) {
  auto job = add("apple");
  EXPECT_THROW(run(job.change_priority(kMaxPriority + 1)), std::invalid_argument);
  run(job.remove());
  EXPECT_EQ(refusal(job.change_priority(1)), Refusal::missing_job);
}

// --- logs, data, deduplication

TEST_F(JobTest, logs_are_cleared_but_for_the_last) {
  auto job = add("apple");
  for (const auto* line : {"one", "two", "three"}) run(job.log(line));
  run(job.clear_logs(2));
  EXPECT_THAT(run(queue_.job_logs("apple")).lines, ElementsAre("two", "three"));
  run(job.clear_logs());
  EXPECT_EQ(run(queue_.job_logs("apple")).count, 0);
  EXPECT_EQ(ask("EXISTS", "apple:logs"), "0");
}

TEST_F(JobTest, logs_are_kept_as_the_options_say) {
  auto job = add("apple", {.keep_logs = 2});
  EXPECT_EQ(run(job.log("one")), 1);
  EXPECT_EQ(run(job.log("two")), 2);
  EXPECT_EQ(run(job.log("three")), 2);
  EXPECT_THAT(run(queue_.job_logs("apple")).lines, ElementsAre("two", "three"));
}

TEST_F(JobTest, data_and_progress_are_replaced) {
  auto job = add("apple");
  Json data = {{"ripe", true}};
  run(job.update_data(data));
  run(job.update_progress(42));
  const auto read = get("apple");
  EXPECT_EQ(read.data(), data);
  EXPECT_EQ(read.progress(), Json(42));
  EXPECT_THAT(events(), Contains("progress apple"));
  run(job.remove());
  EXPECT_EQ(refusal(job.update_data(data)), Refusal::missing_job);
  EXPECT_EQ(refusal(job.update_progress(1)), Refusal::missing_job);
  EXPECT_EQ(refusal(job.log("line")), Refusal::missing_job);
}

TEST_F(JobTest, gives_up_its_deduplication_id_only_when_it_is_its_own) {
  const JobOptions options{.deduplication = Deduplication{.id = "basket"}};
  auto first = run(queue_.add("eat", Json(), options));
  EXPECT_TRUE(run(first.remove_deduplication_key()));
  auto second = run(queue_.add("eat", Json(), options));
  EXPECT_NE(second.id(), first.id());
  EXPECT_FALSE(run(first.remove_deduplication_key()));
  EXPECT_EQ(run(queue_.deduplication_job_id("basket")), second.id());
  EXPECT_TRUE(run(get(second.id()).remove_deduplication_key()));
  auto other = add("apple");
  EXPECT_FALSE(run(other.remove_deduplication_key()));
}

// --- a job and its children

class ParentOfFour : public LiveQueue {
 protected:
  ParentOfFour() {
    add("tree");
    for (const auto* id : {"ripe", "sour", "lost"}) add_child(id);
    add_child("mild", true);
    tree_ = take();
    if (!run(tree_->move_to_waiting_children())) throw std::runtime_error("the parent does not wait");
  }

  Job add_child(const std::string& id, bool failure_is_ignored = false) {
    return add(id, {.parent = Parent{.id = "tree", .queue = "bull:fruit"},
                    .ignore_dependency_on_failure = failure_is_ignored});
  }

  std::optional<Job> tree_;
};

TEST_F(ParentOfFour, tells_its_children_by_how_they_ended) {
  complete_next(Json{{"sugar", 9}});  // ripe
  fail_next("too sour");              // sour
  auto lost = take();
  run(lost.move_to_delayed(clock_.now() + hours(1)));
  fail_next("bruised");  // mild
  const auto all = run(tree_->dependencies());
  EXPECT_THAT(all.processed, ElementsAre(Pair("bull:fruit:ripe", Json{{"sugar", 9}})));
  EXPECT_THAT(all.unprocessed, UnorderedElementsAre("bull:fruit:lost", "bull:fruit:sour"));
  EXPECT_THAT(all.ignored, ElementsAre(Pair("bull:fruit:mild", "bruised")));
  EXPECT_THAT(run(tree_->children_values()), ElementsAre(Pair("bull:fruit:ripe", Json{{"sugar", 9}})));
  EXPECT_THAT(run(tree_->ignored_children_failures()), ElementsAre(Pair("bull:fruit:mild", "bruised")));
  EXPECT_EQ(run(tree_->dependency_counts()),
            (DependencyCounts{.processed = 1, .unprocessed = 2, .ignored = 1, .failed = 0}));
}

TEST_F(ParentOfFour, reads_its_children_by_portions) {
  complete_next();
  DependencyPortions portions{.processed = PortionCursor{}, .unprocessed = PortionCursor{}};
  const auto read = run(tree_->dependencies(portions));
  EXPECT_EQ(read.processed.size(), 1u);
  EXPECT_EQ(read.unprocessed.size(), 3u);
  EXPECT_EQ(portions.processed->cursor, 0u);
  DependencyPortions none;
  EXPECT_THROW(run(tree_->dependencies(none)), std::invalid_argument);
}

TEST_F(ParentOfFour, pages_through_its_children_with_their_jobs) {
  complete_next(7);
  const auto processed = run(queue_.children("tree", Children::processed));
  ASSERT_EQ(processed.children.size(), 1u);
  EXPECT_EQ(processed.children[0].key, "bull:fruit:ripe");
  EXPECT_EQ(processed.children[0].value, Json(7));
  EXPECT_EQ(processed.jobs.at(0)->name, "eat");
  const auto pending = run(queue_.children("tree", Children::pending, 1, 2));
  EXPECT_EQ(pending.children.size(), 2u);
  EXPECT_EQ(pending.total, 3);
  EXPECT_EQ(run(queue_.children("nobody", Children::pending)).total, 0);
}

TEST_F(ParentOfFour, pages_beyond_one_portion_of_the_script) {
  for (int at = 0; at < 1200; ++at) add_child("leaf-" + std::to_string(at));
  EXPECT_EQ(run(queue_.children("tree", Children::pending)).children.size(), 1204u);
  EXPECT_EQ(run(queue_.children("tree", Children::pending, 600, 699)).children.size(), 100u);
}

TEST_F(ParentOfFour, is_free_when_its_last_child_leaves) {
  for (const auto* id : {"ripe", "sour", "lost"}) EXPECT_TRUE(run(get(id).remove_child_dependency()));
  EXPECT_EQ(state("tree"), "waiting-children");
  auto last = get("mild");
  EXPECT_EQ(last.record().parent_key, "bull:fruit:tree");
  EXPECT_TRUE(run(last.remove_child_dependency()));
  EXPECT_EQ(state("tree"), "waiting");
  EXPECT_EQ(get("mild").record().parent_key, "");
  EXPECT_EQ(refusal(last.remove_child_dependency()), Refusal::missing_parent) << "it has none any more";
}

TEST_F(ParentOfFour, removes_children_that_nobody_has_begun) {
  complete_next();  // ripe
  take();           // sour
  run(tree_->remove_unprocessed_children());
  EXPECT_EQ(state("ripe"), "completed");
  EXPECT_EQ(state("sour"), "active");
  EXPECT_EQ(state("lost"), "unknown");
  EXPECT_EQ(state("mild"), "unknown");
  EXPECT_EQ(run(tree_->dependency_counts()).unprocessed, 1);
}

}  // namespace
}  // namespace watchbill::bullmq
