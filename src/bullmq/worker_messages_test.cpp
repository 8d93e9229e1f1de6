#include <gmock/gmock.h>

#include "bullmq/error.h"
#include "bullmq/messages.h"
#include "bullmq/testing/messages.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using testing::bulk;
using ::testing::ElementsAre;
using testing::message_of;
using testing::reply_of;

const Keys kKeys("bull", "q");
const base::Timestamp kNow = base::from_epoch_ms(1'700'000'000'000);

FetchTerms terms() { return {.token = "t:1", .lock_duration = Millis(9000), .worker_name = "first"}; }

JobRecord job_with(JobOptions options = {}) {
  JobRecord job;
  job.id = "5";
  job.options = std::make_shared<const JobOptions>(std::move(options));
  return job;
}

TEST(MoveToActive, asks_with_a_token_a_name_and_a_limiter) {
  auto limited = terms();
  limited.limiter = Limiter{.max = 3, .duration = Millis(500)};
  const auto message = message_of(move_to_active(kKeys, kNow, limited));
  EXPECT_EQ(message.script, "moveToActive");
  EXPECT_THAT(message.keys, ElementsAre("bull:q:wait", "bull:q:active", "bull:q:prioritized", "bull:q:events",
                                        "bull:q:stalled", "bull:q:limiter", "bull:q:delayed", "bull:q:paused",
                                        "bull:q:meta", "bull:q:pc", "bull:q:marker"));
  EXPECT_EQ(message.arguments.at(0), "bull:q:");
  EXPECT_EQ(message.arguments.at(1), "1700000000000");
  EXPECT_EQ(message.unpacked(2), Json::parse(R"({"token":"t:1","name":"first","lockDuration":9000,
                                                 "limiter":{"max":3,"duration":500}})"));
}

TEST(MoveToActive, leaves_out_what_there_is_not) {
  const auto message = message_of(move_to_active(kKeys, kNow, {.token = "t:1"}));
  EXPECT_EQ(message.unpacked(2), Json::parse(R"({"token":"t:1","lockDuration":30000})"));
}

TEST(FetchedReply, is_a_job_a_limit_or_the_time_of_a_delayed_one) {
  OptionsCache cache;
  const auto job =
      fetched(reply_of("*4\r\n*2\r\n" + bulk("name") + bulk("paint") + bulk("5") + ":0\r\n:0\r\n"), cache);
  ASSERT_TRUE(job.job);
  EXPECT_EQ(job.job->id, "5");
  EXPECT_EQ(job.job->name, "paint");

  const auto limit = fetched(reply_of("*4\r\n:0\r\n:0\r\n:250\r\n:0\r\n"), cache);
  EXPECT_FALSE(limit.job);
  EXPECT_EQ(limit.rate_limited, Millis(250));

  const auto delayed = fetched(reply_of("*4\r\n:0\r\n:0\r\n:0\r\n" + bulk("1700000000123")), cache);
  EXPECT_FALSE(delayed.job);
  EXPECT_EQ(delayed.next_delayed, base::from_epoch_ms(1'700'000'000'123));

  const auto nothing = fetched(reply_of(":0\r\n"), cache);
  EXPECT_FALSE(nothing.job || nothing.next_delayed);
}

TEST(TimeOfScore, is_nothing_for_the_marker_of_a_job_that_is_there) {
  const struct {
    const char* score;
    std::optional<std::int64_t> ms;
  } rows[] = {{"0", {}},
              {"1700000000123", 1'700'000'000'123},
              {"1.7000000001230000e+12", 1'700'000'000'123},
              {"-5", {}},
              {"nan", {}},
              {"1e300", 9'000'000'000'000'000},
              {"what", {}}};
  for (const auto& row : rows) {
    const auto reply = reply_of(bulk(row.score));
    const auto time = time_of_score(reply.value());
    EXPECT_EQ(time.has_value(), row.ms.has_value()) << row.score;
    if (!time || !row.ms) continue;
    EXPECT_EQ(base::to_epoch_ms(*time), *row.ms) << row.score;
  }
}

TEST(MoveToFinished, records_a_value_and_asks_for_the_next_job) {
  PackedFinish cache;
  const Finish finish{.value = R"({"ok":true})",
                      .keep = KeepJobs{.age = std::chrono::seconds(60), .count = 5}};
  const auto message =
      message_of(move_to_finished(kKeys, job_with({.attempts = 2}), finish, kNow, terms(), cache));
  EXPECT_EQ(message.script, "moveToFinished");
  EXPECT_EQ(message.keys.at(10), "bull:q:completed");
  EXPECT_EQ(message.keys.at(11), "bull:q:5");
  EXPECT_EQ(message.keys.at(12), "bull:q:metrics:completed");
  EXPECT_EQ(message.keys.at(13), "bull:q:marker");
  const auto& arguments = message.arguments;
  EXPECT_THAT(
      std::vector(arguments.begin(), arguments.begin() + 7),
      ElementsAre("5", "1700000000000", "returnvalue", R"({"ok":true})", "completed", "1", "bull:q:"));
  EXPECT_EQ(message.unpacked(7), Json::parse(R"({"token":"t:1","name":"first","lockDuration":9000,
      "keepJobs":{"count":5,"age":60},"attempts":2,"maxMetricsSize":"",
      "fpof":false,"cpof":false,"idof":false,"rdof":false})"));
  EXPECT_EQ(arguments.at(8), "");
}

TEST(MoveToFinished, records_a_failure_with_its_traces) {
  PackedFinish cache;
  const Finish finish{.as = FinishedAs::failed,
                      .value = "no",
                      .fetch_next = false,
                      .max_metrics = 60,
                      .stack_trace = R"(["Error: no"])"};
  const auto message = message_of(
      move_to_finished(kKeys, job_with({.fail_parent_on_failure = true}), finish, kNow, terms(), cache));
  EXPECT_EQ(message.keys.at(10), "bull:q:failed");
  EXPECT_EQ(message.arguments.at(2), "failedReason");
  EXPECT_EQ(message.arguments.at(4), "failed");
  EXPECT_EQ(message.arguments.at(5), "0");
  EXPECT_EQ(message.unpacked(7)["maxMetricsSize"], 60);
  EXPECT_EQ(message.unpacked(7)["fpof"], true);
  EXPECT_EQ(message.unpacked(8), Json::parse(R"(["failedReason","no","stacktrace","[\"Error: no\"]"])"));
}

TEST(MoveToFinished, keeps_jobs_as_long_as_it_is_told) {
  const struct {
    Retention keep;
    const char* packed;
  } rows[] = {{true, R"({"count":0})"},
              {false, R"({"count":-1})"},
              {std::int64_t(7), R"({"count":7})"},
              {KeepJobs{.age = std::chrono::seconds(9), .limit = 10}, R"({"age":9,"limit":10})"}};
  for (const auto& row : rows) {
    PackedFinish cache;
    const Finish finish{.keep = row.keep};
    const auto message = message_of(move_to_finished(kKeys, job_with(), finish, kNow, terms(), cache));
    EXPECT_EQ(message.unpacked(7)["keepJobs"], Json::parse(row.packed)) << row.packed;
  }
}

TEST(MoveToFinished, packs_anew_for_other_options_and_for_failures) {
  PackedFinish cache;
  const auto first = job_with({.attempts = 1});
  const auto second = job_with({.attempts = 2});
  const Finish failed{.as = FinishedAs::failed, .keep = true};
  EXPECT_EQ(message_of(move_to_finished(kKeys, first, {}, kNow, terms(), cache)).unpacked(7)["attempts"], 1);
  EXPECT_EQ(message_of(move_to_finished(kKeys, second, {}, kNow, terms(), cache)).unpacked(7)["attempts"], 2);
  const auto message = message_of(move_to_finished(kKeys, second, failed, kNow, terms(), cache));
  EXPECT_EQ(message.unpacked(7)["keepJobs"]["count"], 0);
}

TEST(MoveToDelayed, counts_the_attempt_unless_told_otherwise) {
  const Delaying retry{.delay = Millis(300), .fetch_next = true, .failed_reason = "no", .stack_trace = "[]"};
  const auto message = message_of(move_to_delayed(kKeys, "5", retry, kNow, terms()));
  const auto& arguments = message.arguments;
  EXPECT_THAT(std::vector(arguments.begin(), arguments.begin() + 6),
              ElementsAre("bull:q:", "1700000000000", "5", "t:1", "300", "0"));
  EXPECT_EQ(message.unpacked(6), Json::parse(R"(["failedReason","no","stacktrace","[]"])"));
  EXPECT_EQ(arguments.at(7), "1");
  EXPECT_EQ(message.unpacked(8)["token"], "t:1");

  const Delaying moved{.delay = Millis(300), .skip_attempt = true};
  const auto by_hand = message_of(move_to_delayed(kKeys, "5", moved, kNow, terms()));
  EXPECT_THAT(std::vector(by_hand.arguments.begin() + 5, by_hand.arguments.end()),
              ElementsAre("1", "", "0", ""));
}

TEST(RetryJob, goes_to_the_end_that_the_job_wants) {
  EXPECT_EQ(message_of(retry_job(kKeys, "5", true, kNow, "t:1", "no", "[]")).arguments.at(2), "RPUSH");
  EXPECT_EQ(message_of(retry_job(kKeys, "5", false, kNow, "t:1", "no", "[]")).arguments.at(2), "LPUSH");
}

TEST(Locks, of_all_jobs_are_extended_by_one_script) {
  const std::vector<std::string> ids{"5", "6"};
  const std::vector<std::string> tokens{"t:1", "t:2"};
  const auto message = message_of(extend_locks(kKeys, ids, tokens, Millis(9000)));
  EXPECT_EQ(message.script, "extendLocks");
  EXPECT_EQ(message.arguments.at(0), "bull:q:");
  EXPECT_EQ(message.unpacked(1), Json::parse(R"(["t:1","t:2"])"));
  EXPECT_EQ(message.unpacked(2), Json::parse(R"(["5","6"])"));
  EXPECT_EQ(message.arguments.at(3), "9000");
}

TEST(StalledCheck, says_how_often_a_job_may_stall) {
  const auto message = message_of(move_stalled_to_wait(kKeys, 2, Millis(30000), kNow));
  EXPECT_THAT(message.arguments, ElementsAre("2", "bull:q:", "1700000000000", "30000"));
}

TEST(GivingBack, needs_the_token) {
  const auto message = message_of(move_active_to_wait(kKeys, "5", "t:1"));
  EXPECT_EQ(message.script, "moveJobFromActiveToWait");
  EXPECT_THAT(message.arguments, ElementsAre("5", "t:1", "bull:q:5"));
}

TEST(Refusals, are_told_apart) {
  const struct {
    int number;
    Refusal code;
    bool authority_lost;
  } rows[] = {{-1, Refusal::missing_job, true},   {-2, Refusal::missing_lock, true},
              {-3, Refusal::not_in_state, true},  {-4, Refusal::pending_children, false},
              {-6, Refusal::lock_mismatch, true}, {-9, Refusal::failed_children, false}};
  OptionsCache cache;
  for (const auto& row : rows) {
    try {
      finished(reply_of(":" + std::to_string(row.number) + "\r\n"), "5", cache);
      ADD_FAILURE() << row.number;
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), row.code);
      EXPECT_EQ(e.is_authority_lost(), row.authority_lost) << e.what();
      EXPECT_EQ(e.job_id(), "5");
    }
  }
  EXPECT_EQ(accepted(reply_of(":250\r\n"), "5", "trying"), 250);
}

}  // namespace
}  // namespace watchbill::bullmq
