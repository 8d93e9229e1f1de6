#include "queue/payload.h"

#include <gtest/gtest.h>

namespace watchbill::queue {
namespace {

using bullmq::Json;

const base::Timestamp kSlot = base::from_epoch_ms(1'795'000'000'123);

TEST(Payload, is_written_as_node_dispatchers_write_it) {
  const RoundJob job{
      .user_id = "u", .user_email = "u@example.org", .interval_minutes = 15, .scheduled_at = kSlot};
  EXPECT_EQ(
      bullmq::to_text(encode_payload(job)),
      R"({"userId":"u","userEmail":"u@example.org","intervalMinutes":15,"scheduledAt":"2026-11-18T11:06:40.123Z"})");
}

TEST(Payload, a_claim_adds_slot_and_fence) {
  const RoundJob job{.user_id = "u", .scheduled_at = kSlot, .slot = kSlot, .fence = 7};
  const auto data = encode_payload(job);
  EXPECT_EQ(data["slot"], "2026-11-18T11:06:40.123Z");
  EXPECT_EQ(data["fence"], 7);
}

TEST(Payload, of_a_dispatcher_that_knows_no_fence_is_taken) {
  const auto job = decode_payload(Json::parse(R"({"userId":"u","scheduledAt":1795000000123})"));
  EXPECT_EQ(job.user_id, "u");
  EXPECT_EQ(job.scheduled_at, kSlot);
  EXPECT_EQ(job.interval_minutes, 5);
  EXPECT_FALSE(job.slot);
  EXPECT_FALSE(job.fence);
}

TEST(Payload, of_the_wrong_shape_is_refused_by_the_name_of_what_is_wrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"[]", "the job's data is not an object"},
      {"null", "the job's data is not an object"},
      {"{}", "the job names no user: userId is missing"},
      {R"({"userId":7})", "the job's userId is not a text"},
      {R"({"userId":"u","intervalMinutes":"5"})", "the job's intervalMinutes is not a whole number"},
      {R"({"userId":"u","intervalMinutes":4294967301})", "the job's intervalMinutes is not from 1 to 1440"},
      {R"({"userId":"u","fence":18446744073709551615})", "the job's fence is not a number of this size"},
      {R"({"userId":"u","slot":"soon"})", "the job's slot is not a time in ISO 8601"},
      {R"({"userId":"u","fence":1.5})", "the job's fence is not a whole number"},
  };
  for (const auto& [data, expected] : rows) {
    try {
      decode_payload(Json::parse(data));
      ADD_FAILURE() << data << " was taken";
    } catch (const std::invalid_argument& e) {
      EXPECT_STREQ(e.what(), expected) << data;
    }
  }
}

}  // namespace
}  // namespace watchbill::queue
