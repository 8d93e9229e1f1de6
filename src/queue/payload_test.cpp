#include "queue/payload.h"

#include <gtest/gtest.h>

namespace watchbill::queue {
namespace {

const base::Timestamp kSlot = base::from_epoch_ms(1'795'000'000'123);

TEST(Payload, is_written_as_node_dispatchers_write_it) {
  const RoundJob job{
      .user_id = "u", .user_email = "u@example.org", .interval_minutes = 15, .scheduled_at = kSlot};
  EXPECT_EQ(
      encode_payload(job),
      R"({"userId":"u","userEmail":"u@example.org","intervalMinutes":15,"scheduledAt":"2026-11-18T11:06:40.123Z"})");
}

TEST(Payload, a_claim_adds_slot_and_fence) {
  const RoundJob job{.user_id = "u", .scheduled_at = kSlot, .slot = kSlot, .fence = 7};
  const auto data = encode_payload(job);
  EXPECT_NE(data.find(R"(,"slot":"2026-11-18T11:06:40.123Z","fence":7})"), data.npos) << data;
}

TEST(Payload, of_a_dispatcher_that_knows_no_fence_is_taken) {
  const auto job = decode_payload(R"({"userId":"u","scheduledAt":1795000000123})");
  EXPECT_EQ(job.user_id, "u");
  EXPECT_EQ(job.scheduled_at, kSlot);
  EXPECT_EQ(job.interval_minutes, 5);
  EXPECT_FALSE(job.slot);
  EXPECT_FALSE(job.fence);
}

TEST(Payload, may_hold_more_than_is_read) {
  const auto job =
      decode_payload(R"({"userId":"u","fence":7,"more":{"userId":8,"fence":[]},"list":[{"fence":1}]})");
  EXPECT_EQ(job.user_id, "u");
  EXPECT_EQ(job.fence, 7);
}

TEST(Payload, the_last_of_two_members_counts) {
  EXPECT_EQ(decode_payload(R"({"userId":"u","userId":"v"})").user_id, "v");
  EXPECT_FALSE(decode_payload(R"({"userId":"u","fence":7,"fence":null})").fence);
}

TEST(Payload, comes_back_as_it_was) {
  const RoundJob job{.user_id = "\"u\\",
                     .user_email = "用户@example.org",
                     .interval_minutes = 1440,
                     .scheduled_at = kSlot,
                     .slot = kSlot,
                     .fence = 1'000'000'000'000};
  const auto read = decode_payload(encode_payload(job));
  EXPECT_EQ(read.user_id, job.user_id);
  EXPECT_EQ(read.user_email, job.user_email);
  EXPECT_EQ(read.interval_minutes, job.interval_minutes);
  EXPECT_EQ(read.scheduled_at, job.scheduled_at);
  EXPECT_EQ(read.slot, job.slot);
  EXPECT_EQ(read.fence, job.fence);
}

TEST(Payload, that_is_not_json_says_where) {
  for (const auto* data : {R"({"userId":)", R"({"userId":"u"} x)", "\xff\xfe"}) {
    try {
      decode_payload(data);
      ADD_FAILURE() << data << " was taken";
    } catch (const std::invalid_argument& e) {
      EXPECT_TRUE(std::string_view(e.what()).starts_with("the job's data is not JSON: ")) << e.what();
    }
  }
}

TEST(Payload, of_the_wrong_shape_is_refused_by_the_name_of_what_is_wrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"[]", "the job's data is not an object"},
      {"null", "the job's data is not an object"},
      {R"("userId")", "the job's data is not an object"},
      {"{}", "the job names no user: userId is missing"},
      {"", "the job names no user: userId is missing"},
      {R"({"userId":null})", "the job names no user: userId is missing"},
      {R"({"user":{"userId":"u"}})", "the job names no user: userId is missing"},
      {R"({"userId":["u"]})", "the job's userId is not a text"},
      {R"({"userId":7})", "the job's userId is not a text"},
      {R"({"userId":"u","intervalMinutes":"5"})", "the job's intervalMinutes is not a whole number"},
      {R"({"userId":"u","intervalMinutes":4294967301})", "the job's intervalMinutes is not from 1 to 1440"},
      {R"({"userId":"u","fence":18446744073709551615})", "the job's fence is not a number of this size"},
      {R"({"userId":"u","slot":"soon"})", "the job's slot is not a time in ISO 8601"},
      {R"({"userId":"u","fence":1.5})", "the job's fence is not a whole number"},
  };
  for (const auto& [data, expected] : rows) {
    try {
      decode_payload(data);
      ADD_FAILURE() << data << " was taken";
    } catch (const std::invalid_argument& e) {
      EXPECT_STREQ(e.what(), expected) << data;
    }
  }
}

}  // namespace
}  // namespace watchbill::queue
