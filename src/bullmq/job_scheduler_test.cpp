#include "bullmq/job_scheduler.h"

#include <gmock/gmock.h>

#include "bullmq/testing/queue_fixture.h"
#include "bullmq/testing/scheduler_rows.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kHour = std::chrono::hours(1);

struct Schedule {
  RepeatOptions repeat;
  JobTemplate job;
};

// As in scheduler_rows.mjs.
Schedule schedule(const std::string& id) {
  constexpr std::int64_t kStart = 1700000000000;
  Schedule schedule;
  auto& [repeat, job] = schedule;
  if (id == "cron") {
    repeat = {.pattern = "0 0 12 * * *", .time_zone = "Asia/Shanghai", .limit = 5};
    job = {.name = "nm", .data = Json::array({1}), .options = {.attempts = 3, .lifo = true}};
    return schedule;
  }
  repeat.every = Millis(60000);
  if (id == "offset") {
    repeat.limit = 5;
    repeat.offset = 1000;
    repeat.end_date = base::from_epoch_ms(kStart + 1000000000);
    job = {.name = "nm", .data = {{"a", 1}}, .options = {.attempts = 3, .priority = 5}};
    job.options.backoff = Backoff{.type = "fixed", .delay = Millis(10)};
    job.options.remove_on_complete = KeepJobs{.count = 10};
    job.options.remove_on_fail = true;
    job.options.keep_logs = 3;
  }
  if (id == "start") {
    repeat.limit = 5;
    repeat.start_date = base::from_epoch_ms(kStart + 10000000);
    job.options.deduplication = Deduplication{.id = "x"};
  }
  return schedule;
}

class JobSchedulerTest : public testing::QueueFixture {
 protected:
  JobSchedulers schedulers(SchedulerOptions options = {}) {
    return JobSchedulers(queue("q").backend(), std::move(options));
  }
  std::optional<Job> upsert(const std::string& id, RepeatOptions repeat, JobTemplate job = {}) {
    return reactor_.run(schedulers().upsert(id, std::move(repeat), std::move(job)));
  }
  std::string refusal(RepeatOptions repeat, JobTemplate job = {}, const std::string& id = "s") {
    try {
      upsert(id, std::move(repeat), std::move(job));
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return "";
  }
  std::vector<std::string> listed(std::int64_t first, std::int64_t last, bool ascending) {
    std::vector<std::string> ids;
    for (const auto& record : reactor_.run(schedulers().list(first, last, ascending)))
      ids.push_back(record.id);
    return ids;
  }
  std::string delayed() { return server_.ask("ZRANGE", "bull:q:delayed", "0", "-1"); }
};

TEST_F(JobSchedulerTest, writes_what_node_writes) {
  base::ManualClock clock(base::from_epoch_ms(1700000000000));
  const auto backend = std::make_shared<Backend>(queue("q").client(), clock, "bull", "q");
  for (const auto& row : testing::kSchedulerRows) {
    SCOPED_TRACE(row.id);
    clock.set_wall_clock(base::from_epoch_ms(1700000000000));
    auto [repeat, job] = schedule(row.id);
    const auto first = reactor_.run(JobSchedulers(backend).upsert(row.id, repeat, job));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->id(), row.first_id);
    EXPECT_EQ(hash(std::string("bull:q:repeat:") + row.id), row.scheduler);
    EXPECT_EQ(hash(std::string("bull:q:") + row.first_id), row.first);

    clock.set_wall_clock(base::from_epoch_ms(1700000070000));
    const redis::Command get("HGETALL", std::string("bull:q:") + row.first_id);
    const auto reply = reactor_.run(queue("q").client().call(get));
    const auto record = decode_record(row.first_id, reply.value(), backend->options_cache);
    reactor_.run(schedule_next(*backend, *record, {}));
    EXPECT_EQ(hash(std::string("bull:q:") + row.next_id), row.next);
    const auto found = reactor_.run(JobSchedulers(backend).get(row.id));
    EXPECT_EQ(found->iterations, 2);

    reactor_.run(schedule_next(*backend, *record, {}));
    EXPECT_EQ(reactor_.run(JobSchedulers(backend).get(row.id))->iterations, 2) << "scheduled twice";
  }
}

TEST_F(JobSchedulerTest, gives_back_what_was_put_in) {
  auto [repeat, job] = schedule("offset");
  repeat.end_date = clock_.now() + kHour;
  const auto first = upsert("s", repeat, job);
  const auto found = reactor_.run(schedulers().get("s"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "nm");
  EXPECT_EQ(found->repeat, repeat);
  EXPECT_EQ(found->data, job.data);
  EXPECT_EQ(found->options, job.options);
  EXPECT_EQ(found->iterations, 1);
  EXPECT_EQ(iteration_id("s", *found->next), first->id());
  EXPECT_EQ(first->name(), "nm");
  EXPECT_EQ(first->data(), job.data);
  EXPECT_EQ(first->options().delay, first->record().delay);
  EXPECT_EQ(reactor_.run(schedulers().get("other")), std::nullopt);
}

TEST_F(JobSchedulerTest, lists_by_the_time_of_the_next_job) {
  upsert("late", {.every = kHour, .start_date = clock_.now() + 3 * kHour});
  upsert("soon", {.every = kHour, .start_date = clock_.now() + kHour});
  upsert("later", {.every = kHour, .start_date = clock_.now() + 2 * kHour});
  EXPECT_EQ(reactor_.run(schedulers().count()), 3);
  EXPECT_THAT(listed(0, -1, false), ElementsAre("late", "later", "soon"));
  EXPECT_THAT(listed(0, -1, true), ElementsAre("soon", "later", "late"));
  EXPECT_THAT(listed(1, 1, true), ElementsAre("later"));
  EXPECT_THAT(listed(5, 9, true), IsEmpty());
}

TEST_F(JobSchedulerTest, forgets_a_scheduler_whose_hash_is_gone_when_it_lists) {
  upsert("whole", {.every = kHour, .start_date = clock_.now() + kHour});
  upsert("lost", {.every = kHour, .start_date = clock_.now() + kHour});
  server_.ask("DEL", "bull:q:repeat:lost");
  EXPECT_THAT(listed(0, -1, false), ElementsAre("whole"));
  EXPECT_EQ(reactor_.run(schedulers().count()), 1);
}

TEST_F(JobSchedulerTest, tells_legacy_repeatable_jobs_from_schedulers) {
  server_.ask("ZADD", "bull:q:repeat", "1700000000000", "job:::UTC:0 0 * * *");
  EXPECT_THROW(reactor_.run(schedulers().get("job:::UTC:0 0 * * *")), LegacyRepeatable);
  EXPECT_THROW(listed(0, -1, false), LegacyRepeatable);
  // An id may look the same.
  upsert("a:b::c:1000", {.every = kHour});
  EXPECT_TRUE(reactor_.run(schedulers().get("a:b::c:1000")));
}

TEST_F(JobSchedulerTest, upsert_replaces_the_job_that_waits) {
  upsert("s", {.pattern = "0 0 1 1 *", .time_zone = "UTC"}, {.data = "old"});
  const auto old = delayed();
  const auto job =
      upsert("s", {.pattern = "0 0 2 1 *", .time_zone = "UTC"}, {.name = "other", .data = "new"});
  EXPECT_EQ(delayed(), job->id());
  EXPECT_NE(delayed(), old);
  EXPECT_EQ(server_.ask("EXISTS", "bull:q:" + old), "0");
  EXPECT_EQ(server_.ask("HGET", "bull:q:" + job->id(), "data"), "\"new\"");
  EXPECT_EQ(reactor_.run(schedulers().get("s"))->name, "other");
  upsert("s", {.every = kHour, .start_date = clock_.now() + kHour});
  const auto found = reactor_.run(schedulers().get("s"));
  EXPECT_EQ(found->repeat.pattern, "");
  EXPECT_EQ(found->repeat.every, kHour);
  EXPECT_EQ(found->data, std::nullopt);
}

TEST_F(JobSchedulerTest, refuses_an_id_that_a_job_of_the_pattern_has_taken) {
  const auto job = upsert("s", {.pattern = "0 0 1 1 *", .time_zone = "UTC"});
  server_.ask("ZREM", "bull:q:delayed", job->id());
  try {
    upsert("s", {.pattern = "0 0 1 1 *", .time_zone = "UTC"});
    ADD_FAILURE();
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.code(), Refusal::scheduler_id_collision);
  }
}

TEST_F(JobSchedulerTest, removes_the_scheduler_with_its_next_job) {
  upsert("s", {.every = kHour, .start_date = clock_.now() + kHour});
  EXPECT_NE(delayed(), "");
  EXPECT_TRUE(reactor_.run(schedulers().remove("s")));
  EXPECT_EQ(delayed(), "");
  EXPECT_EQ(server_.ask("KEYS", "bull:q:repeat*"), "");
  EXPECT_FALSE(reactor_.run(schedulers().remove("s")));
}

TEST_F(JobSchedulerTest, makes_nothing_when_the_schedule_has_no_time) {
  EXPECT_FALSE(upsert("s", {.every = kHour, .limit = 0}));
  EXPECT_FALSE(upsert("s", {.pattern = "0 0 1 1 *", .end_date = clock_.now() + Millis(1000)}));
  EXPECT_EQ(reactor_.run(schedulers().count()), 0);
}

TEST_F(JobSchedulerTest, refuses_what_could_never_be_right) {
  EXPECT_THAT(refusal({}), HasSubstr("needs every or pattern"));
  EXPECT_THAT(refusal({.every = kHour}, {}, ""), HasSubstr("needs an id"));
  EXPECT_THAT(refusal({.every = kHour, .end_date = clock_.now() - kHour}), HasSubstr("end date"));
  EXPECT_THAT(refusal({.pattern = "* * 99 * *"}), HasSubstr("99"));
  EXPECT_THAT(refusal({.every = kHour}, {.options = {.job_id = "mine"}}), HasSubstr("job id"));
  EXPECT_THAT(refusal({.every = kHour}, {.options = {.priority = kMaxPriority + 1}}), HasSubstr("priority"));
  EXPECT_EQ(server_.ask("KEYS", "bull:q:repeat*"), "");
}

TEST_F(JobSchedulerTest, gives_its_jobs_the_default_options) {
  auto with = schedulers({.default_job_options = {.attempts = 4, .priority = 9}});
  const auto job = reactor_.run(with.upsert("s", {.every = kHour}, {.options = {.priority = 2}}));
  EXPECT_EQ(job->options().attempts, 4);
  EXPECT_EQ(job->options().priority, 2u);
  EXPECT_EQ(server_.ask("HGET", "bull:q:" + job->id(), "priority"), "2");
}

}  // namespace
}  // namespace watchbill::bullmq
