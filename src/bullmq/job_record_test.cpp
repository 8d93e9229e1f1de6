#include "bullmq/job_record.h"

#include <gmock/gmock.h>

#include "bullmq/testing/messages.h"

namespace watchbill::bullmq {
namespace {

using testing::hash_of;

TEST(JobRecord, is_read_from_the_hash_of_a_job) {
  OptionsCache cache;
  const auto hash = hash_of({{"name", "paint"},
                             {"data", R"({"a":1})"},
                             {"opts", R"({"attempts":3})"},
                             {"timestamp", "1700000000000"},
                             {"delay", "250"},
                             {"priority", "7"},
                             {"processedOn", "1700000000100"},
                             {"ats", "2"},
                             {"atm", "1"},
                             {"pb", "first"},
                             {"stc", "1"},
                             {"defa", "a child failed"},
                             {"rjk", "nightly"},
                             {"parentKey", "bull:q:1"},
                             {"something new", "x"}});
  const auto record = decode_record("5", hash.value(), cache);
  EXPECT_EQ(record->id, "5");
  EXPECT_EQ(record->name, "paint");
  EXPECT_EQ(record->data, R"({"a":1})");
  EXPECT_EQ(record->options->attempts, 3);
  EXPECT_EQ(record->timestamp, base::from_epoch_ms(1'700'000'000'000));
  EXPECT_EQ(record->delay, base::Millis(250));
  EXPECT_EQ(record->priority, 7u);
  EXPECT_EQ(record->processed_on, base::from_epoch_ms(1'700'000'000'100));
  EXPECT_FALSE(record->finished_on);
  EXPECT_EQ(record->attempts_started, 2);
  EXPECT_EQ(record->attempts_made, 1);
  EXPECT_EQ(record->processed_by, "first");
  EXPECT_EQ(record->stalled_counter, 1);
  EXPECT_EQ(record->deferred_failure, "a child failed");
  EXPECT_EQ(record->repeat_job_key, "nightly");
  EXPECT_EQ(record->parent_key, "bull:q:1");
  EXPECT_FALSE(record->is_ghost);
}

TEST(JobRecord, of_an_id_without_a_job_is_a_ghost) {
  OptionsCache cache;
  const auto hash = hash_of({{"processedOn", "1700000000100"}, {"ats", "1"}});
  EXPECT_TRUE(decode_record("5", hash.value(), cache)->is_ghost);
}

TEST(JobRecord, takes_numbers_that_are_none_for_zero) {
  OptionsCache cache;
  const auto hash = hash_of({{"name", "x"}, {"atm", "many"}, {"priority", ""}});
  const auto record = decode_record("5", hash.value(), cache);
  EXPECT_EQ(record->attempts_made, 0);
  EXPECT_EQ(record->priority, 0u);
}

TEST(OptionsCache, decodes_the_same_text_once) {
  OptionsCache cache;
  const auto first = cache.decode(R"({"attempts":3})", "1");
  EXPECT_EQ(cache.decode(R"({"attempts":3})", "2"), first);
  EXPECT_EQ(cache.decode(R"({"attempts":4})", "2")->attempts, 4);
}

TEST(OptionsCache, looks_past_the_id) {
  OptionsCache cache;
  const auto first = cache.decode(R"({"jobId":"a","attempts":3})", "a");
  EXPECT_EQ(first->job_id, "");
  EXPECT_EQ(first->attempts, 3);
  EXPECT_EQ(cache.decode(R"({"jobId":"bb","attempts":3})", "bb"), first);
  EXPECT_EQ(cache.decode(R"({"jobId":"bb","attempts":4})", "bb")->attempts, 4);
  // Of another job, or cut short: taken as it is.
  EXPECT_EQ(cache.decode(R"({"jobId":"bb","attempts":5})", "b")->attempts, 5);
  EXPECT_EQ(*cache.decode(R"({"jobId":"b)", "b"), JobOptions{});
}

TEST(OptionsCache, takes_what_cannot_be_decoded_for_no_options) {
  OptionsCache cache;
  for (const auto* text : {"", "{", "[]", "null", "7"})
    EXPECT_EQ(*cache.decode(text, "1"), JobOptions{}) << text;
}

}  // namespace
}  // namespace watchbill::bullmq
