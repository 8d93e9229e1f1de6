#include <gtest/gtest.h>

#include "api/live/event_json.h"
#include "api/testing/client.h"
#include "base/id.h"

namespace watchbill::api {
namespace {

using nlohmann::json;

struct Heard {
  std::string id, name;
  json data;
};

// An open page.
class Page {
 public:
  Page(ApiServer& server, const Client& client, const std::string& last_event_id = "")
      : connection_(server.port()) {
    Headers headers;
    if (!last_event_id.empty()) headers.emplace_back("Last-Event-ID", last_event_id);
    connection_.send(client.request("GET", "/api/v1/events", std::nullopt, headers));
    head_ = connection_.read_until("\r\n\r\n");
  }

  const std::string& head() const { return head_; }

  Heard next() {
    Heard heard;
    for (;;) {
      const std::string line = line_of_event();
      // A heartbeat: nothing happened for so long that nothing will.
      if (line == ":") throw std::runtime_error("the awaited event did not come");
      if (line.starts_with("id: ")) heard.id = line.substr(4);
      if (line.starts_with("event: ")) heard.name = line.substr(7);
      if (line.starts_with("data: ")) heard.data = json::parse(line.substr(6));
      if (line.empty() && !heard.name.empty()) return heard;
    }
  }

  std::string rest() { return connection_.read_to_end(); }

 private:
  std::string line_of_event() {
    std::string line = connection_.read_until("\n");
    if (line.empty() || !line.ends_with('\n')) throw std::runtime_error("the stream ended");
    line.pop_back();
    return line;
  }

  http::TestClient connection_;
  std::string head_;
};

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    ada_ = server_.add_user("ada@example.org");
    session_ = server_.add_session(ada_.id);
    client_.with_session(session_);
  }
  void start_round(int total) {
    server_.publish(
        {ada_.id, domain::RoundStarted{base::from_epoch_ms(0), base::from_epoch_ms(4), total, {}}});
  }
  void wait_for_streams(std::size_t count) {
    wait_until([&] { return server_.open_streams() == count; });
  }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
  std::string session_;
};

TEST_F(EventsTest, arrive_while_the_page_is_open) {
  Page page(server_, client_);
  EXPECT_NE(page.head().find("text/event-stream"), std::string::npos);
  EXPECT_EQ(page.next().name, "stream.ready");
  start_round(3);
  const auto heard = page.next();
  EXPECT_EQ(heard.name, "round.started");
  EXPECT_EQ(heard.data["total"], 3);
}

TEST_F(EventsTest, are_ones_own) {
  const auto grace = server_.add_user("grace@example.org");
  Page page(server_, client_);
  page.next();
  server_.publish({grace.id, domain::ScheduleChanged{}});
  start_round(1);
  EXPECT_EQ(page.next().name, "round.started");
}

TEST_F(EventsTest, tell_of_what_another_window_does) {
  Page page(server_, client_);
  page.next();
  client_.patch("/api/v1/schedule", {{"intervalMinutes", 9}});
  EXPECT_EQ(page.next().name, "schedule.changed");
  const auto monitor =
      client_
          .post("/api/v1/monitors",
                {{"name", "x"}, {"kind", "tcp"}, {"config", {{"host", "example.org"}, {"port", 25}}}})
          .body;
  EXPECT_EQ(page.next().data, (json{{"monitorId", monitor["id"]}, {"change", "created"}}));
  client_.del("/api/v1/monitors/" + monitor["id"].get<std::string>());
  EXPECT_EQ(page.next().data["change"], "deleted");
}

TEST_F(EventsTest, missed_ones_follow_after_a_break) {
  std::string last;
  {
    Page page(server_, client_);
    page.next();
    start_round(1);
    last = page.next().id;
  }
  wait_for_streams(0);
  start_round(2);
  start_round(3);
  Page page(server_, client_, last);
  EXPECT_EQ(page.next().data["total"], 2);
  EXPECT_EQ(page.next().data["total"], 3);
}

TEST_F(EventsTest, too_many_missed_ones_mean_reading_again) {
  std::string last;
  {
    Page page(server_, client_);
    last = page.next().id;
  }
  wait_for_streams(0);
  for (std::size_t i = 0; i <= Feed::kRememberedEvents; ++i) start_round(1);
  EXPECT_EQ(Page(server_, client_, last).next().name, "stream.reset");
}

TEST_F(EventsTest, an_id_of_nobody_means_reading_again) {
  for (const char* id : {"x", "0-1", "abcdefghij-5", "-", "99999999999999999999999999"})
    EXPECT_EQ(Page(server_, client_, id).next().name, "stream.reset") << id;
  Page page(server_, client_);
  const auto id = page.next().id;
  EXPECT_EQ(Page(server_, client_, id + "7").next().name, "stream.reset") << "from the future";
}

TEST_F(EventsTest, end_with_the_session) {
  Page page(server_, client_);
  page.next();
  const auto signed_out = std::chrono::steady_clock::now();
  client_.del("/api/v1/session");
  page.rest();
  EXPECT_LT(std::chrono::steady_clock::now() - signed_out, std::chrono::seconds(5));
  wait_for_streams(0);
}

TEST_F(EventsTest, end_with_a_session_that_another_process_ended) {
  Page page(server_, client_);
  page.next();
  const auto ended = std::chrono::steady_clock::now();
  server_.store(
      [hash = base::sha256_hex(session_)](store::Store& store) { store.users().remove_session(hash); });
  page.rest();
  EXPECT_LT(std::chrono::steady_clock::now() - ended, std::chrono::seconds(5));
}

TEST_F(EventsTest, end_when_the_user_is_disabled) {
  const auto root = server_.add_user("root@example.org", domain::Role::admin);
  Client admin(server_);
  admin.with_session(server_.add_session(root.id));
  Page page(server_, client_), other(server_, admin);
  page.next();
  other.next();
  admin.patch("/api/v1/users/" + ada_.id, {{"disabled", true}});
  page.rest();
  wait_for_streams(1);
}

TEST_F(EventsTest, ten_pages_at_most) {
  std::vector<std::unique_ptr<Page>> pages;
  for (std::size_t i = 0; i < LiveStreams::kPerUser; ++i) {
    pages.push_back(std::make_unique<Page>(server_, client_));
    pages.back()->next();
  }
  EXPECT_EQ(client_.get("/api/v1/events").status, 429);
  pages.pop_back();
  wait_for_streams(LiveStreams::kPerUser - 1);
  Page page(server_, client_);
  EXPECT_EQ(page.next().name, "stream.ready");
}

TEST_F(EventsTest, foreign_pages_hear_nothing) {
  EXPECT_EQ(client_.send("GET", "/api/v1/events", std::nullopt, {{"Origin", "https://evil.example"}}).status,
            403);
}

TEST(EventJson, each_event_is_as_described) {
  const Contract contract;
  domain::Round round;
  round.counts = {2, 1, 0};
  const domain::CheckResult check{"m1", base::from_epoch_ms(5), down_finding()};
  domain::MonitorChanged state{
      "m1", domain::MonitorChanged::Change::state, {domain::MonitorState::down, {}, 1, 0}};
  const std::pair<std::string, domain::Event> rows[] = {
      {"EventRoundStarted", {"u", domain::RoundStarted{}}},
      {"EventCheckFinished", {"u", domain::CheckFinished{base::from_epoch_ms(0), 1, 2, check}}},
      {"EventRoundFinished", {"u", domain::RoundFinished{round}}},
      {"EventMonitorChanged", {"u", state}},
      {"EventMonitorChanged",
       {"u", domain::MonitorChanged{"m1", domain::MonitorChanged::Change::deleted, {}}}},
      {"EventScheduleChanged", {"u", domain::ScheduleChanged{}}}};
  for (const auto& [schema, event] : rows) {
    const auto wire = wire_event(event);
    EXPECT_EQ(contract.document()["components"]["schemas"][schema]["title"], wire.name);
    EXPECT_EQ(contract.problems(schema, json::parse(wire.data)), std::vector<std::string>{}) << wire.data;
  }
}

// Causes and phases are written down twice: in the domain and in the description.
TEST(EventJson, every_cause_and_phase_is_described) {
  const Contract contract;
  for (int i = 0; i <= static_cast<int>(domain::Cause::internal_error); ++i) {
    const auto cause = static_cast<domain::Cause>(i);
    if (cause == domain::Cause::ok) continue;
    EXPECT_EQ(contract.problems("Cause", std::string(domain::to_string(cause))), std::vector<std::string>{});
  }
  for (int i = static_cast<int>(domain::Phase::resolve); i <= static_cast<int>(domain::Phase::assertion); ++i)
    EXPECT_EQ(contract.problems("Phase", std::string(domain::to_string(static_cast<domain::Phase>(i)))),
              std::vector<std::string>{});
}

}  // namespace
}  // namespace watchbill::api
