// Rounds, results and incidents.
#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    ada_ = server_.add_user("ada@example.org");
    client_.with_session(server_.add_session(ada_.id));
    page_ = server_.add_monitor(ada_.id, "page");
    mail_ = server_.add_monitor(ada_.id, "mail");
  }

  void record(int rounds, const domain::Finding& finding) {
    for (int i = 0; i < rounds; ++i) server_.record_round(ada_.id, finding);
  }
  // The values of `field` of all items of all pages.
  std::vector<nlohmann::json> pages(const std::string& target, const std::string& field) {
    std::vector<nlohmann::json> values;
    std::string cursor;
    do {
      const auto page = client_.get(target + cursor).body;
      EXPECT_LE(page["items"].size(), 2u);
      for (const auto& item : page["items"]) values.push_back(item[field]);
      cursor = page["nextCursor"].is_null() ? "" : "&cursor=" + page["nextCursor"].get<std::string>();
    } while (!cursor.empty());
    return values;
  }
  static void expect_newest_first(const std::vector<nlohmann::json>& values, std::size_t count) {
    EXPECT_EQ(values.size(), count);
    for (std::size_t i = 1; i < values.size(); ++i) EXPECT_GT(values[i - 1], values[i]);
  }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
  domain::Monitor page_, mail_;
};

TEST_F(HistoryTest, rounds_are_paged_newest_first) {
  record(5, up_finding());
  expect_newest_first(pages("/api/v1/rounds?limit=2", "slot"), 5);
}

TEST_F(HistoryTest, a_round_comes_with_its_checks) {
  const auto round = server_.record_round(ada_.id, down_finding());
  const auto id = client_.get("/api/v1/rounds").body["items"][0]["id"].get<std::string>();
  const auto detail = client_.get("/api/v1/rounds/" + id).body;
  EXPECT_EQ(detail["slot"], base::to_iso8601(round.slot));
  EXPECT_EQ(detail["status"], "failed");
  EXPECT_EQ(detail["counts"], (nlohmann::json{{"total", 2}, {"up", 0}, {"down", 2}, {"unknown", 0}}));
  ASSERT_EQ(detail["checks"].size(), 2u);
  EXPECT_EQ(detail["checks"][0]["cause"], "status_unexpected");
}

TEST_F(HistoryTest, a_round_id_that_is_none_is_absent) {
  for (const char* id : {"x", "0", "-1", "99999999999999999999", "1e3"})
    EXPECT_EQ(client_.get(std::string("/api/v1/rounds/") + id).status, 404) << id;
}

TEST_F(HistoryTest, results_are_paged_newest_first) {
  record(5, up_finding());
  const auto values = pages("/api/v1/monitors/" + page_.id + "/results?limit=2", "at");
  expect_newest_first(values, 5);
}

TEST_F(HistoryTest, results_hold_the_phases_for_the_chart) {
  record(1, up_finding());
  const auto result = client_.get("/api/v1/monitors/" + page_.id + "/results").body["items"][0];
  EXPECT_EQ(result["monitorId"], page_.id);
  EXPECT_EQ(result["timings"]["resolveMs"], 1.5);
  EXPECT_EQ(result["timings"]["totalMs"], 20.25);
  EXPECT_EQ(result["certificateDaysLeft"], 61);
  EXPECT_EQ(result["redirects"], nlohmann::json({"https://example.org/start"}));
}

TEST_F(HistoryTest, results_keep_to_the_asked_time) {
  record(3, up_finding());
  const std::string target = "/api/v1/monitors/" + page_.id + "/results";
  const auto all = client_.get(target).body["items"];
  const auto middle = all[1]["at"].get<std::string>();
  EXPECT_EQ(client_.get(target + "?from=" + middle).body["items"].size(), 2u) << "from is included";
  EXPECT_EQ(client_.get(target + "?to=" + middle).body["items"].size(), 1u) << "to is not";
  EXPECT_EQ(client_.get(target + "?from=tomorrow&to=2026").fields(), "from:format to:format");
}

TEST_F(HistoryTest, incidents_open_and_close) {
  record(1, up_finding());
  record(2, down_finding());
  auto open = client_.get("/api/v1/incidents?state=open").body["items"];
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[0]["endedAt"], nullptr);
  EXPECT_EQ(open[0]["cause"], "status_unexpected");
  record(1, up_finding());
  EXPECT_TRUE(client_.get("/api/v1/incidents?state=open").body["items"].empty());
  const auto closed = client_.get("/api/v1/incidents?state=closed&monitorId=" + page_.id).body["items"];
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0]["monitorName"], "page");
  EXPECT_EQ(closed[0]["state"], "closed");
  EXPECT_TRUE(closed[0]["durationMs"].is_number());
  EXPECT_EQ(pages("/api/v1/incidents?limit=1", "id").size(), 2u);
}

TEST_F(HistoryTest, the_incidents_of_an_absent_monitor_are_absent) {
  EXPECT_EQ(client_.get("/api/v1/incidents?monitorId=nothing").status, 404);
  EXPECT_EQ(client_.get("/api/v1/incidents?state=odd&limit=0").fields(), "state:not_allowed limit:range");
}

}  // namespace
}  // namespace watchbill::api
