// Listening to a queue, and waiting for the end of a job.
#include "bullmq/queue_events.h"

#include <gmock/gmock.h>

#include "bullmq/testing/live_queue.h"

namespace watchbill::bullmq {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class QueueEventsTest : public LiveQueue {
 protected:
  QueueEventsTest() { listen(); }
  ~QueueEventsTest() override { run(events_->stop()); }

  void listen(QueueEventsOptions options = {}) {
    if (events_) run(events_->stop());
    heard_.clear();
    QueueEventsListener listener;
    listener.event = [this](const QueueEvent& event) { heard_.push_back(event); };
    listener.error = [this](const std::string& what) { errors_.push_back(what); };
    events_ = std::make_unique<QueueEvents>(reactor_.executor(), clock_, redis::parse_url(server_.url()),
                                            "fruit", std::move(listener), std::move(options));
    run(events_->start());
  }
  void wait_listening() {
    if (!run(events_->wait_listening(clock_.monotonic_now() + seconds(20))))
      throw std::runtime_error("it does not listen");
  }
  // Once one of that name came.
  QueueEvent hear(std::string_view name) {
    const auto found = [&] {
      return std::ranges::find(heard_, name, [](const QueueEvent& event) { return event.name(); });
    };
    reactor_.run_until([&] { return found() != heard_.end(); });
    return *found();
  }
  std::vector<std::string> heard() {
    std::vector<std::string> names;
    for (const auto& event : heard_) names.push_back(event.name() + " " + event.job_id());
    return names;
  }
  // Beside a test that waits, whose question whether the job has ended comes before the second command here.
  base::Task<> finish_next(bool well) {
    const auto& backend = queue_.backend();
    const FetchTerms terms{.token = "ours"};
    const auto command = move_to_active(backend->keys, clock_.now(), terms);
    const auto reply = co_await queue_.client().call(command);
    auto fetched = bullmq::fetched(reply, backend->options_cache);
    Job job(backend, std::move(fetched.job), "ours");
    Json value = "juice";
    if (well)
      co_await job.move_to_completed(std::move(value));
    else
      co_await job.move_to_failed("worm");
  }
  base::Task<> remove(std::string id) { co_await queue_.remove(std::move(id)); }
  auto wait_for_end(Job& job, milliseconds patience = seconds(20)) {
    return run(job.wait_until_finished(*events_, patience));
  }

  std::vector<QueueEvent> heard_;
  std::vector<std::string> errors_;
  std::unique_ptr<QueueEvents> events_;
};

TEST_F(QueueEventsTest, tells_the_life_of_a_job_in_order) {
  wait_listening();
  add("apple");
  complete_next(Json{{"pips", 5}});
  run(queue_.pause());
  hear("paused");
  EXPECT_THAT(heard(), ElementsAre("added apple", "waiting apple", "active apple", "completed apple",
                                   "drained ", "paused "));
  EXPECT_EQ(hear("added").job_name(), "eat");
  EXPECT_EQ(hear("active").previous_state(), JobState::waiting);
  EXPECT_EQ(hear("completed").return_value(), (Json{{"pips", 5}}));
  EXPECT_EQ(events_->last_event_id(), heard_.back().id());
}

TEST_F(QueueEventsTest, tells_what_belongs_to_each_kind) {
  wait_listening();
  const auto due = clock_.now() + hours(1);
  auto job = add("apple", {.delay = hours(1), .deduplication = Deduplication{.id = "basket"}});
  EXPECT_GE(hear("delayed").delayed_until(), due);
  run(job.update_progress(Json{{"half", true}}));
  EXPECT_EQ(hear("progress").progress(), (Json{{"half", true}}));
  add("apple");
  EXPECT_EQ(hear("duplicated").job_id(), "apple");
  add("pear", {.deduplication = Deduplication{.id = "basket"}});
  EXPECT_EQ(hear("deduplicated").deduplication_id(), "basket");
  EXPECT_EQ(hear("deduplicated").deduplicated_job_id(), "pear");
  run(job.promote());
  EXPECT_EQ(hear("waiting").previous_state(), JobState::delayed);
  fail_next("worm");
  EXPECT_EQ(hear("failed").failed_reason(), "worm");
  EXPECT_EQ(hear("retries-exhausted").kind(), EventKind::retries_exhausted);
  run(queue_.remove("apple"));
  EXPECT_EQ(hear("removed").previous_state(), JobState::failed);
}

TEST_F(QueueEventsTest, tells_events_of_ones_own) {
  wait_listening();
  run(queue_.publish_event("ripe", {{"fruit", "pear"}}));
  const auto event = hear("ripe");
  EXPECT_EQ(event.kind(), EventKind::other);
  EXPECT_EQ(event.field("fruit"), "pear");
  EXPECT_THROW(run(queue_.publish_event("", {})), std::invalid_argument);
}

TEST_F(QueueEventsTest, begins_with_what_happens_after_the_start) {
  wait_listening();
  add("before");
  hear("waiting");
  listen();
  wait_listening();
  add("after");
  hear("waiting");
  EXPECT_THAT(heard(), ElementsAre("added after", "waiting after"));
}

TEST_F(QueueEventsTest, goes_on_from_an_event_of_another_time) {
  wait_listening();
  add("before");
  hear("waiting");
  const auto last = events_->last_event_id();
  run(events_->stop());
  add("meanwhile");
  listen({.last_event_id = last});
  hear("waiting");
  EXPECT_THAT(heard(), ElementsAre("added meanwhile", "waiting meanwhile"));
  listen({.last_event_id = "0-0", .read_at_once = 1});
  reactor_.run_until([this] { return heard_.size() == 4; });
}

TEST_F(QueueEventsTest, misses_nothing_while_its_connection_is_cut) {
  wait_listening();
  // No event was heard yet: `$` would now mean another place.
  server_.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  add("first");
  hear("waiting");
  server_.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  for (int at = 0; at < 20; ++at) {
    // The queue's own connection was cut as well: what is not known to have been done is done again.
    try {
      add("job-" + std::to_string(at));
    } catch (const redis::Error&) {
      --at;
    }
  }
  reactor_.run_until([this] {
    return std::ranges::count(heard_, std::string("waiting"),
                              [](const auto& event) { return event.name(); }) == 21;
  });
  EXPECT_THAT(errors_, ::testing::Not(IsEmpty())) << "the cut was not told";
}

TEST_F(QueueEventsTest, goes_on_after_a_read_without_events) {
  listen({.block_time = milliseconds(20)});
  wait_listening();
  const auto connects = events_->client().status().connects;
  // Each read shows in the command count of the server.
  support::wait_for("several reads", [this] {
    reactor_.run_ready();
    const auto stats = server_.ask("INFO", "commandstats");
    const auto at = stats.find("cmdstat_xread:calls=");
    return at != stats.npos && std::stoi(stats.substr(at + 20)) > 3;
  });
  add("apple");
  hear("waiting");
  EXPECT_EQ(events_->client().status().connects, connects);
}

TEST_F(QueueEventsTest, gives_up_a_read_that_never_returns) {
  listen({.block_time = milliseconds(50)});
  wait_listening();
  server_.pause();
  reactor_.run_until([this] { return !errors_.empty(); });
  server_.resume();
  run(queue_.client().wait_ready(queue_.client().within(seconds(20))));
  add("apple");
  hear("waiting");
}

TEST_F(QueueEventsTest, says_once_that_the_stream_is_none) {
  server_.ask("SET", "bull:fruit:events", "text");
  listen({.retry_delay = milliseconds(1)});
  reactor_.run_until([this] { return !errors_.empty(); });
  EXPECT_FALSE(run(events_->wait_listening(clock_.monotonic_now() + milliseconds(50))));
  EXPECT_THAT(errors_, SizeIs(1));
  server_.ask("DEL", "bull:fruit:events");
  wait_listening();
}

TEST_F(QueueEventsTest, is_seen_among_the_servers_clients) {
  wait_listening();
  EXPECT_THAT(run(queue_.listeners()), SizeIs(1));
  EXPECT_THAT(run(queue_.workers()), IsEmpty());
}

TEST_F(QueueEventsTest, refuses_nonsense) {
  EXPECT_THROW(QueueEventsOptions{.block_time = milliseconds(0)}.validate(), std::invalid_argument);
  EXPECT_THROW(QueueEventsOptions{.last_event_id = "yesterday"}.validate(), std::invalid_argument);
  EXPECT_THROW(QueueEventsOptions{.read_at_once = 0}.validate(), std::invalid_argument);
  EXPECT_NO_THROW(QueueEventsOptions{.last_event_id = "1700000000000"}.validate());
}

TEST_F(QueueEventsTest, stops_before_the_start_and_twice) {
  QueueEvents events(reactor_.executor(), clock_, redis::parse_url(server_.url()), "fruit");
  run(events.stop());
  run(events_->stop());
  run(events_->stop());
}

// --- waiting for the end of a job

TEST_F(QueueEventsTest, waiting_gives_the_value_of_a_job_that_ends_meanwhile) {
  wait_listening();
  auto job = add("apple");
  base::TaskGroup others(reactor_.executor());
  others.spawn("finish", finish_next(true));
  const auto finished = wait_for_end(job);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->state, JobState::completed);
  EXPECT_EQ(finished->return_value, Json("juice"));
  run(others.join());
}

TEST_F(QueueEventsTest, waiting_tells_why_a_job_failed) {
  wait_listening();
  auto job = add("apple");
  base::TaskGroup others(reactor_.executor());
  others.spawn("finish", finish_next(false));
  const auto finished = wait_for_end(job);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->state, JobState::failed);
  EXPECT_EQ(finished->failed_reason, "worm");
  run(others.join());
}

TEST_F(QueueEventsTest, waiting_for_a_job_that_has_ended_is_over_at_once) {
  add("apple");
  auto apple = complete_next(Json{{"pips", 5}});
  EXPECT_EQ(wait_for_end(apple)->return_value, (Json{{"pips", 5}}));
  add("pear");
  auto pear = fail_next("worm");
  EXPECT_EQ(wait_for_end(pear)->failed_reason, "worm");
}

TEST_F(QueueEventsTest, waiting_is_not_for_an_earlier_end_that_is_told_late) {
  wait_listening();
  add("apple");
  auto job = fail_next("worm");
  run(job.retry());
  listen({.last_event_id = "0-0"});  // all is told once more
  EXPECT_EQ(wait_for_end(job, milliseconds(200)), std::nullopt);
  EXPECT_EQ(hear("failed").failed_reason(), "worm");
}

TEST_F(QueueEventsTest, waiting_ends_with_patience) {
  auto job = add("apple");
  EXPECT_EQ(wait_for_end(job, milliseconds(1)), std::nullopt);
}

TEST_F(QueueEventsTest, waiting_for_a_job_that_is_not_there_is_refused) {
  auto job = add("apple");
  run(job.remove());
  EXPECT_EQ(refusal(job.wait_until_finished(*events_)), Refusal::missing_job);
}

TEST_F(QueueEventsTest, waiting_ends_when_the_job_is_removed) {
  wait_listening();
  auto job = add("apple");
  base::TaskGroup others(reactor_.executor());
  others.spawn("remove", remove("apple"));
  EXPECT_EQ(refusal(job.wait_until_finished(*events_)), Refusal::missing_job);
  run(others.join());
}

TEST_F(QueueEventsTest, waiting_ends_when_nobody_listens_any_more) {
  wait_listening();
  auto job = add("apple");
  base::TaskGroup others(reactor_.executor());
  others.spawn("stop", events_->stop());
  EXPECT_THROW(run(job.wait_until_finished(*events_)), redis::Error);
  run(others.join());
}

}  // namespace
}  // namespace watchbill::bullmq
