#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

class ScheduleTest : public testing::Test {
 protected:
  ScheduleTest() {
    ada_ = server_.add_user("ada@example.org");
    client_.with_session(server_.add_session(ada_.id));
  }
  int wakes() {
    return server_.call([this] { return server_.dispatching.wakes; });
  }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
};

TEST_F(ScheduleTest, of_a_new_user_is_on_and_has_a_next_slot) {
  const auto schedule = client_.get("/api/v1/schedule").body;
  EXPECT_EQ(schedule["enabled"], true);
  EXPECT_EQ(schedule["intervalMinutes"], 5);
  EXPECT_EQ(schedule["state"], "idle");
  EXPECT_EQ(schedule["lastStatus"], nullptr);
  EXPECT_TRUE(schedule["nextRunAt"].is_string());
}

TEST_F(ScheduleTest, can_be_switched_off_and_on) {
  const auto off = client_.patch("/api/v1/schedule", {{"enabled", false}});
  EXPECT_EQ(off.body["state"], "disabled");
  EXPECT_EQ(off.body["nextRunAt"], nullptr);
  EXPECT_EQ(client_.patch("/api/v1/schedule", {{"enabled", true}}).body["state"], "idle");
  EXPECT_EQ(wakes(), 2) << "the ticker looks again after every edit";
}

TEST_F(ScheduleTest, an_edit_of_nothing_changes_nothing) {
  const auto before = client_.get("/api/v1/schedule").body;
  const auto after = client_.patch("/api/v1/schedule", nlohmann::json::object()).body;
  EXPECT_EQ(after["nextRunAt"], before["nextRunAt"]);
}

TEST_F(ScheduleTest, run_now_makes_the_user_due) {
  const auto reply = client_.post("/api/v1/schedule/run");
  EXPECT_EQ(reply.status, 202);
  const auto next = base::parse_iso8601(reply.body["nextRunAt"].get<std::string>());
  EXPECT_LE(next.value(), server_.clock().now());
  EXPECT_EQ(wakes(), 1);
}

TEST_F(ScheduleTest, run_now_needs_a_schedule_that_is_on) {
  client_.patch("/api/v1/schedule", {{"enabled", false}});
  const auto reply = client_.post("/api/v1/schedule/run");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.code(), "schedule_disabled");
}

TEST_F(ScheduleTest, tells_of_the_last_round) {
  server_.add_monitor(ada_.id, "page");
  server_.record_round(ada_.id, down_finding());
  const auto schedule = client_.get("/api/v1/schedule").body;
  EXPECT_EQ(schedule["lastStatus"], "failed");
  EXPECT_EQ(schedule["lastError"], "1 of 1 monitors down");
  EXPECT_TRUE(schedule["lastDurationMs"].is_number());
  EXPECT_TRUE(schedule["lastRunAt"].is_string());
}

TEST_F(ScheduleTest, tells_that_a_round_is_waiting_or_running) {
  client_.post("/api/v1/schedule/run");
  const auto claims = server_.store([](store::Store& store) {
    return store.schedules().claim_due({10, "dispatcher-test", std::chrono::minutes(15)});
  });
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(client_.get("/api/v1/schedule").body["state"], "queued");
  server_.store([&claims](store::Store& store) {
    store::StartRounds start{"worker-test", std::chrono::seconds(60), {{claims[0].user_id, claims[0].fence}}};
    return store.schedules().start(start).size();
  });
  EXPECT_EQ(client_.get("/api/v1/schedule").body["state"], "running");
}

}  // namespace
}  // namespace watchbill::api
