// What is made of the server's answers, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bullmq/client_list.h"
#include "bullmq/job_messages.h"
#include "bullmq/keys.h"
#include "bullmq/prometheus.h"
#include "bullmq/queue_event.h"
#include "bullmq/queue_messages.h"
#include "redis/reply_parser.h"

namespace watchbill::bullmq {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

redis::Reply reply_of(std::string_view resp) {
  redis::ReplyParser parser(1 << 20);
  parser.feed(resp);
  return std::move(*parser.next());
}

// Of texts: "*2\r\n$1\r\na\r\n…"
std::string resp(const std::vector<std::string>& texts) {
  auto bytes = "*" + std::to_string(texts.size()) + "\r\n";
  for (const auto& text : texts) bytes += "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  return bytes;
}

TEST(StateNames, are_those_of_node_both_ways) {
  for (const auto state : kStates) EXPECT_EQ(state_named(name_of(state)), state);
  EXPECT_EQ(name_of(JobState::waiting_children), "waiting-children");
  EXPECT_EQ(state_named("wait"), JobState::waiting);
  EXPECT_EQ(state_named("nonsense"), JobState::unknown);
  EXPECT_EQ(key_part(JobState::waiting), "wait");
  EXPECT_THROW(key_part(JobState::unknown), std::invalid_argument);
}

TEST(ClientList, tells_workers_from_listeners_and_strangers) {
  const auto queue = client_name("bull", "fruit");
  const auto line = [&](const std::string& id, const std::string& name) {
    return "id=" + id + " addr=10.0.0.7:5" + id + " laddr=10.0.0.1:6379 name=" + name +
           " age=5 cmd=bzpopmin user=default";
  };
  const auto list = line("1", queue) + "\n" + line("2", queue + ":w:left") + "\r\n" +
                    line("3", queue + ":qe") + "\n" + line("4", client_name("bull", "fruits")) + "\n" +
                    line("5", "") + "\n" + line("6", queue + "x") + "\n";
  const auto workers = workers_in(list, queue);
  ASSERT_EQ(workers.size(), 2u);
  EXPECT_EQ(workers[0].name, "");
  EXPECT_EQ(workers[1].name, "left");
  EXPECT_EQ(workers[1].client_name, queue + ":w:left");
  EXPECT_EQ(workers[1].address, "10.0.0.7:52");
  EXPECT_EQ(workers[1].fields.at("user"), "default");
  const auto listeners = listeners_in(list, queue);
  ASSERT_EQ(listeners.size(), 1u);
  EXPECT_EQ(listeners[0].fields.at("id"), "3");
}

TEST(Prometheus, is_line_by_line_what_node_exports) {
  const QueueFigures figures{.queue = "a\"b\\c\nd",
                             .counts = {{JobState::active, 1}, {JobState::waiting_children, 2}},
                             .completed = 3,
                             .failed = 4};
  EXPECT_EQ(prometheus_text(figures, {{"env", "x\"y"}}),
            "# HELP bullmq_job_count Number of jobs in the queue by state\n"
            "# TYPE bullmq_job_count gauge\n"
            "bullmq_job_count{queue=\"a\\\"b\\\\c\\nd\", state=\"active\", env=\"x\\\"y\"} 1\n"
            "bullmq_job_count{queue=\"a\\\"b\\\\c\\nd\", state=\"waiting-children\", env=\"x\\\"y\"} 2\n"
            "# HELP bullmq_job_completed_total Total number of completed jobs\n"
            "# TYPE bullmq_job_completed_total counter\n"
            "bullmq_job_completed_total{queue=\"a\\\"b\\\\c\\nd\", env=\"x\\\"y\"} 3\n"
            "# HELP bullmq_job_failed_total Total number of failed jobs\n"
            "# TYPE bullmq_job_failed_total counter\n"
            "bullmq_job_failed_total{queue=\"a\\\"b\\\\c\\nd\", env=\"x\\\"y\"} 4");
}

TEST(OrphanScan, takes_jobs_and_their_parts_for_jobs_and_nothing_else) {
  const Keys keys("bull", "fruit");
  const auto scanned =
      reply_of(resp({"bull:fruit:apple", "bull:fruit:apple:logs", "bull:fruit:7:lock", "bull:fruit:meta",
                     "bull:fruit:repeat:daily", "bull:fruit:de:basket", "bull:fruit:metrics:failed",
                     "bull:fruit:metrics:failed:data", "bull:fruit:apple:unknown", "bull:fruits:pear"}));
  EXPECT_THAT(job_ids_among(keys, scanned.value()), UnorderedElementsAre("apple", "7"));
}

TEST(MetaReading, takes_nonsense_for_nothing) {
  const auto meta = meta_read(reply_of(resp({"max", "3", "paused", "0", "concurrency", ""})));
  EXPECT_FALSE(meta.paused);
  EXPECT_EQ(meta.concurrency, std::nullopt);
  EXPECT_EQ(meta.rate_limit, std::nullopt) << "half a limit is none";
}

TEST(EventReading, decodes_each_kinds_fields) {
  const auto read = [](const std::vector<std::string>& fields) {
    const auto reply = reply_of("*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n9-1\r\n" + resp(fields));
    return events_read(reply).at(0);
  };
  const auto completed =
      read({"event", "completed", "jobId", "7", "returnvalue", "{\"a\":1}", "prev", "active"});
  EXPECT_EQ(completed.kind(), EventKind::completed);
  EXPECT_EQ(completed.id(), "9-1");
  EXPECT_EQ(completed.job_id(), "7");
  EXPECT_EQ(completed.previous_state(), JobState::active);
  EXPECT_EQ(completed.return_value(), Json::parse("{\"a\":1}"));
  EXPECT_EQ(read({"event", "delayed", "delay", "1700000000000"}).delayed_until(),
            base::from_epoch_ms(1700000000000));
  EXPECT_EQ(read({"event", "retries-exhausted", "attemptsMade", "3"}).attempts_made(), 3);
  EXPECT_EQ(read({"event", "cleaned", "count", "12"}).cleaned_count(), 12);
  EXPECT_EQ(read({"event", "progress", "data", "50"}).progress(), Json(50));
  EXPECT_EQ(read({"event", "progress", "data", "{broken"}).progress(), std::nullopt);
  const auto own = read({"event", "ripe", "fruit", "pear"});
  EXPECT_EQ(own.kind(), EventKind::other);
  EXPECT_EQ(own.name(), "ripe");
  EXPECT_THAT(own.fields(), ElementsAre(Pair("fruit", "pear")));
}

TEST(EventReading, ids_are_ordered_as_numbers) {
  EXPECT_TRUE(is_before("9-1", "10-0"));
  EXPECT_TRUE(is_before("9-1", "9-10"));
  EXPECT_FALSE(is_before("9-1", "9-1"));
  EXPECT_TRUE(is_before("", "0-1"));
}

TEST(EventReading, gives_nothing_for_a_time_out) { EXPECT_THAT(events_read(reply_of("*-1\r\n")), IsEmpty()); }

TEST(DependencyPortions, go_on_where_the_server_says) {
  DependencyPortions portions{.processed = PortionCursor{}, .failed = PortionCursor{.count = 2}};
  std::vector<redis::Reply> replies;
  replies.push_back(reply_of("*2\r\n$2\r\n17\r\n" + resp({"bull:q:1", "{\"v\":1}"})));
  replies.push_back(reply_of(resp({"bull:q:2", "bull:q:3"})));
  const auto read = dependencies_read(replies, portions);
  EXPECT_THAT(read.processed, ElementsAre(Pair("bull:q:1", Json::parse("{\"v\":1}"))));
  EXPECT_THAT(read.failed, ElementsAre("bull:q:2", "bull:q:3"));
  EXPECT_EQ(portions.processed->cursor, 17u);
  EXPECT_EQ(portions.failed->cursor, 2u);
  replies[1] = reply_of(resp({"bull:q:4"}));
  dependencies_read(replies, portions);
  EXPECT_EQ(portions.failed->cursor, 0u) << "that was the end";
}

}  // namespace
}  // namespace watchbill::bullmq
