// Schedulers with workers that run their jobs.
#include <gmock/gmock.h>

#include <set>

#include "bullmq/job_scheduler.h"
#include "bullmq/testing/queue_fixture.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kHour = std::chrono::hours(1);

class JobSchedulerWorkerTest : public testing::QueueFixture {
 protected:
  std::optional<Job> upsert(const std::string& id, RepeatOptions repeat, JobTemplate job = {}) {
    return reactor_.run(schedulers().upsert(id, std::move(repeat), std::move(job)));
  }
  JobSchedulers schedulers() { return JobSchedulers(queue("q").backend()); }
  std::string delayed() { return server_.ask("ZRANGE", "bull:q:delayed", "0", "-1"); }
};

base::Timestamp slot_of(const JobRecord& job) {
  return base::from_epoch_ms(std::stoll(job.id.substr(job.id.rfind(':') + 1)));
}

TEST_F(JobSchedulerWorkerTest, each_slot_runs_once_and_not_early_with_two_workers) {
  constexpr Millis kEvery(40);
  for (int worker = 0; worker < 2; ++worker) work("q", nothing, {.concurrency = 3});
  const auto first = upsert("s", {.every = kEvery}, {.name = "tick", .data = 7});
  wait_for_completed(12);
  std::set<std::string> ids;
  for (const auto& job : completed_) {
    EXPECT_TRUE(ids.insert(job.id).second) << job.id << " ran twice";
    EXPECT_EQ((slot_of(job) - slot_of(first->record())) % kEvery, Millis(0)) << job.id;
    EXPECT_GE(*job.processed_on, slot_of(job)) << job.id;
    EXPECT_LT(*job.processed_on - slot_of(job), std::chrono::seconds(2)) << job.id;
    EXPECT_EQ(job.name, "tick");
    EXPECT_EQ(job.data, "7");
  }
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(JobSchedulerWorkerTest, the_next_job_is_there_before_the_first_one_runs) {
  std::string seen;
  work("q", [&](Job&) -> base::Task<Json> {
    seen = delayed();
    co_return nullptr;
  });
  const auto first = upsert("s", {.every = kHour});
  wait_for_completed(1);
  EXPECT_EQ(seen, iteration_id("s", slot_of(first->record()) + kHour));
}

TEST_F(JobSchedulerWorkerTest, a_changed_schedule_holds_from_the_next_job_on) {
  work("q", nothing);
  upsert("s", {.every = kHour});
  wait_for_completed(1);
  upsert("s", {.every = Millis(20), .limit = 3}, {.data = "new"});
  wait_for_completed(4);
  for (std::size_t at = 1; at < completed_.size(); ++at) EXPECT_EQ(completed_[at].data, "\"new\"");
}

TEST_F(JobSchedulerWorkerTest, the_limit_ends_it) {
  work("q", nothing);
  upsert("s", {.every = Millis(10), .limit = 3});
  wait_for_completed(3);
  EXPECT_EQ(delayed(), "");
  EXPECT_EQ(server_.ask("LLEN", "bull:q:wait"), "0");
  EXPECT_EQ(reactor_.run(schedulers().get("s"))->iterations, 3);
}

TEST_F(JobSchedulerWorkerTest, the_end_date_ends_it) {
  work("q", nothing);
  const auto end = clock_.now() + Millis(150);
  upsert("s", {.every = Millis(20), .end_date = end});
  wait_for_completed(2);
  wait_for_answer("0\n0\n0", "EVAL",
                  "return {redis.call('ZCARD', 'bull:q:delayed'), redis.call('LLEN', 'bull:q:wait'), "
                  "redis.call('LLEN', 'bull:q:active')}",
                  "0");
  EXPECT_GE(clock_.now(), end);
  for (const auto& job : completed_) EXPECT_LE(slot_of(job), end + Millis(20));
}

TEST_F(JobSchedulerWorkerTest, removed_while_its_job_runs_it_makes_no_more) {
  work("q", [&](Job& job) -> base::Task<Json> {
    JobSchedulers of_queue(queue("q").backend());
    co_await of_queue.remove(job.record().repeat_job_key);
    co_return nullptr;
  });
  upsert("s", {.every = Millis(5)});
  wait_for_completed(1);
  EXPECT_EQ(delayed(), "");
  EXPECT_EQ(reactor_.run(schedulers().count()), 0);
}

TEST_F(JobSchedulerWorkerTest, patterns_go_on_by_the_strategy_of_the_worker) {
  const RepeatStrategy soon = [](base::Timestamp after, const RepeatOptions& repeat, const std::string&) {
    EXPECT_EQ(repeat.pattern, "soon");
    return std::optional(after + Millis(15));
  };
  work("q", nothing, {.repeat_strategy = soon});
  JobSchedulers custom(queue("q").backend(), {.repeat_strategy = soon});
  reactor_.run(custom.upsert("s", {.pattern = "soon", .limit = 4}, {}));
  wait_for_completed(4);
  EXPECT_EQ(delayed(), "");
}

TEST_F(JobSchedulerWorkerTest, a_schedule_that_cannot_be_read_is_told_and_the_job_runs) {
  JobSchedulers custom(queue("q").backend(),
                       {.repeat_strategy = [](base::Timestamp at, auto&&...) { return std::optional(at); }});
  reactor_.run(custom.upsert("s", {.pattern = "soon"}, {}));
  work("q", nothing);
  wait_for_completed(1);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("no job follows repeat:s:")));
}

TEST_F(JobSchedulerWorkerTest, an_error_of_redis_is_told_and_the_job_waits_until_it_is_over) {
  int calls = 0;
  const RepeatStrategy stumbling = [&](base::Timestamp after, auto&&...) {
    EXPECT_THAT(completed_, IsEmpty());
    if (++calls < 3) throw redis::Error(redis::ErrorKind::out_of_memory, "OOM for a while");
    return std::optional(after + kHour);
  };
  JobSchedulers custom(queue("q").backend(),
                       {.repeat_strategy = [](base::Timestamp at, auto&&...) { return std::optional(at); }});
  reactor_.run(custom.upsert("s", {.pattern = "soon"}, {}));
  work("q", nothing, {.retry_delay = Millis(5), .repeat_strategy = stumbling});
  wait_for_completed(1);
  EXPECT_EQ(calls, 3);
  EXPECT_THAT(errors_, ElementsAre(HasSubstr("OOM for a while"), HasSubstr("OOM for a while")));
  EXPECT_NE(delayed(), "");
}

TEST_F(JobSchedulerWorkerTest, a_worker_that_closes_while_it_cannot_schedule_gives_the_job_back) {
  const RepeatStrategy never = [](auto&&...) -> std::optional<base::Timestamp> {
    throw redis::Error(redis::ErrorKind::out_of_memory, "OOM");
  };
  JobSchedulers custom(queue("q").backend(),
                       {.repeat_strategy = [](base::Timestamp at, auto&&...) { return std::optional(at); }});
  const auto job = reactor_.run(custom.upsert("s", {.pattern = "soon"}, {}));
  auto& worker = work("q", nothing, {.retry_delay = Millis(20), .repeat_strategy = never});
  reactor_.run_until([&] { return !errors_.empty(); });
  reactor_.run(worker.stop());
  EXPECT_THAT(completed_, IsEmpty());
  EXPECT_EQ(server_.ask("LRANGE", "bull:q:wait", "0", "-1"), job->id());
}

TEST_F(JobSchedulerWorkerTest, jobs_of_legacy_repeatables_run_and_are_told) {
  work("q", nothing);
  reactor_.run(queue("q").add("old", Json(), {.repeat_job_key = "old:id::UTC:1000"}));
  wait_for_completed(1);
  EXPECT_THAT(errors_, Contains(HasSubstr("repeatable job of BullMQ before 5.16")));
}

}  // namespace
}  // namespace watchbill::bullmq
