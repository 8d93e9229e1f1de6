#include "bullmq/job_options.h"

#include <gmock/gmock.h>

#include <functional>

namespace watchbill::bullmq {
namespace {

using base::Millis;
using ::testing::HasSubstr;

// Options and the text that Redis has for them; "attempts" is always there.
struct Row {
  JobOptions options;
  const char* json;
};

std::vector<Row> rows() {
  return {
      {{}, R"({"attempts":0})"},
      {{.attempts = 3}, R"({"attempts":3})"},
      {{.backoff = Backoff{"exponential", Millis(500), 0.25}},
       R"({"attempts":0,"backoff":{"type":"exponential","delay":500,"jitter":0.25}})"},
      {{.delay = Millis(70)}, R"({"attempts":0,"delay":70})"},
      {{.priority = 4, .lifo = true}, R"({"attempts":0,"priority":4,"lifo":true})"},
      {{.remove_on_complete = Retention(true), .remove_on_fail = Retention(std::int64_t(9))},
       R"({"attempts":0,"removeOnComplete":true,"removeOnFail":9})"},
      {{.remove_on_fail = Retention(KeepJobs{.age = std::chrono::seconds(60), .count = 5})},
       R"({"attempts":0,"removeOnFail":{"age":60,"count":5}})"},
      {{.keep_logs = 10, .stack_trace_limit = 2, .size_limit = 99},
       R"({"attempts":0,"kl":10,"stackTraceLimit":2,"sizeLimit":99})"},
      {{.deduplication = Deduplication{.id = "one", .ttl = Millis(5), .replace = true}},
       R"({"attempts":0,"de":{"id":"one","ttl":5,"replace":true}})"},
      {{.parent = Parent{"7", "bull:up"}, .fail_parent_on_failure = true},
       R"({"attempts":0,"parent":{"id":"7","queue":"bull:up"},"fpof":true})"},
      {{.ignore_dependency_on_failure = true}, R"({"attempts":0,"idof":true})"},
      {{.telemetry_metadata = "trace"}, R"({"attempts":0,"tm":"trace"})"},
  };
}

TEST(JobOptions, are_written_as_the_node_library_writes_them) {
  for (const auto& row : rows()) EXPECT_EQ(encode_options(row.options), Json::parse(row.json)) << row.json;
}

TEST(JobOptions, are_read_back) {
  for (const auto& row : rows()) EXPECT_EQ(decode_options(row.json), row.options) << row.json;
}

TEST(JobOptions, of_other_producers_may_be_anything) {
  EXPECT_EQ(decode_options("").attempts, 0);
  EXPECT_EQ(decode_options(R"({"attempts":"3"})").attempts, 0);
  EXPECT_EQ(decode_options(R"({"attempts":2.9})").attempts, 2);
  EXPECT_EQ(decode_options(R"({"backoff":1000})").backoff, (Backoff{"fixed", Millis(1000)}));
  EXPECT_FALSE(decode_options(R"({"backoff":"fast"})").backoff);
  EXPECT_FALSE(decode_options(R"({"removeOnFail":"no"})").remove_on_fail);
  EXPECT_FALSE(decode_options(R"({"parent":null,"delay":null})").parent);
  EXPECT_THROW(decode_options("[1]"), Json::exception);
  EXPECT_THROW(decode_options("{"), Json::exception);
}

TEST(JobOptions, are_refused_for_the_reasons_of_the_node_library) {
  const struct {
    JobOptions options;
    const char* told;  // empty: accepted
  } cases[] = {
      {{}, ""},
      {{.job_id = "order-17"}, ""},
      {{.job_id = "a:b:c"}, ""},
      {{.job_id = "017"}, ""},
      {{.job_id = "17"}, "\"17\" must not be an integer"},
      {{.job_id = "-3"}, "must not be an integer"},
      {{.job_id = "0"}, "must not be an integer"},
      {{.job_id = "a:b"}, "must not contain \":\""},
      {{.job_id = "0:1:2"}, "must not contain \":\""},
      {{.priority = kMaxPriority}, ""},
      {{.priority = kMaxPriority + 1}, "priority 2097152"},
      {{.backoff = Backoff{.jitter = 1.5}}, "jitter 1.5"},
      {{.size_limit = 9}, "10 bytes"},
      {{.size_limit = 10}, ""},
      {{.deduplication = Deduplication{}}, "needs an id"},
      {{.deduplication = Deduplication{.id = "x"}, .parent = Parent{"1", "q"}}, "together"},
      {{.fail_parent_on_failure = true, .ignore_dependency_on_failure = true}, "one effect"},
  };
  for (const auto& row : cases) {
    std::string told;
    try {
      validate(row.options, "paint", 10);
    } catch (const std::invalid_argument& e) {
      told = e.what();
    }
    if (*row.told)
      EXPECT_THAT(told, HasSubstr(row.told));
    else
      EXPECT_EQ(told, "");
  }
}

}  // namespace
}  // namespace watchbill::bullmq
