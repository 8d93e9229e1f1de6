// Which warnings what was found leads to.
#include "api/operations.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

using namespace std::chrono_literals;

class WarningsTest : public testing::Test {
 protected:
  WarningsTest() {
    found_.queue.engine = "bullmq";
    found_.queue.counts.waiting = 3;
    found_.now = kNow;
  }

  void add_process(std::int64_t concurrency, base::Millis seen_before, bool has_stopped = false) {
    store::Process process;
    process.concurrency = concurrency;
    process.seen_at = kNow - seen_before;
    if (has_stopped) process.stopped_at = process.seen_at;
    found_.processes.push_back(process);
  }
  std::string codes() const {
    std::string codes;
    for (const auto& warning : warnings_of(found_))
      codes += (codes.empty() ? "" : " ") + std::string(to_string(warning.code));
    return codes;
  }

  static constexpr auto kNow = base::Timestamp(1'800'000'000'000ms);
  Findings found_;
};

TEST_F(WarningsTest, jobs_that_wait_need_somebody_who_takes_them) {
  EXPECT_EQ(codes(), "no_consumer");
  found_.queue.counts.waiting = 0;
  EXPECT_EQ(codes(), "");
}

TEST_F(WarningsTest, a_process_takes_jobs_while_it_is_seen_and_has_places) {
  add_process(0, 1s);
  add_process(2, 31s);
  add_process(2, 1s, true);
  EXPECT_EQ(codes(), "no_consumer");
  add_process(2, 30s);
  EXPECT_EQ(codes(), "");
}

TEST_F(WarningsTest, where_the_queue_knows_who_is_connected_that_counts) {
  add_process(2, 1s);
  found_.queue.consumers.emplace();
  EXPECT_EQ(codes(), "no_consumer") << "killed a moment ago";
  found_.processes.clear();
  found_.queue.consumers->push_back({"node-worker", "10.0.0.7:1"});
  EXPECT_EQ(codes(), "") << "a worker of another program";
}

TEST_F(WarningsTest, a_pause_is_the_reason_that_matters) {
  found_.queue.is_paused = true;
  EXPECT_EQ(codes(), "paused");
  found_.queue.counts.waiting = 0;
  EXPECT_EQ(codes(), "paused");
}

TEST_F(WarningsTest, a_queue_that_is_away_says_nothing_about_its_jobs) {
  found_.queue.error = "connection refused";
  EXPECT_EQ(codes(), "queue_away");
  found_.dispatched_to = {.degraded = true, .since = kNow - 1min, .reason = "timeout"};
  EXPECT_EQ(codes(), "degraded");
  const auto warning = warnings_of(found_).front();
  EXPECT_EQ(warning.since, kNow - 1min);
  EXPECT_EQ(warning.reason, "timeout");
}

TEST_F(WarningsTest, cron_is_silent_when_no_process_has_heard_it) {
  add_process(2, 1s);
  found_.cron_is_silent = true;
  EXPECT_EQ(codes(), "cron_silent");
  store::LoggedDispatch entry;
  entry.source = "cron";
  entry.at = kNow - 119s;
  found_.dispatches = {entry};
  EXPECT_EQ(codes(), "") << "another process heard it";
  found_.dispatches.front().at = kNow - 120s;
  EXPECT_EQ(codes(), "cron_silent");
}

}  // namespace
}  // namespace watchbill::api
