#include <gtest/gtest.h>

#include "api/context.h"
#include "api/testing/client.h"

namespace watchbill::api {
namespace {

using nlohmann::json;

json http_monitor(const std::string& name) {
  return {{"name", name}, {"kind", "http"}, {"config", {{"url", "https://example.org/"}}}};
}

class MonitorTest : public testing::Test {
 protected:
  explicit MonitorTest(Options options = ApiServer::test_options()) : server_(std::move(options)) {
    ada_ = server_.add_user("ada@example.org");
    client_.with_session(server_.add_session(ada_.id));
  }
  std::string path(const json& monitor) { return "/api/v1/monitors/" + monitor["id"].get<std::string>(); }
  json only_monitor() { return client_.get("/api/v1/monitors").body["items"].at(0); }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
};

TEST_F(MonitorTest, is_created_changed_paused_and_deleted) {
  const auto created = client_.post("/api/v1/monitors", http_monitor(" Home page "));
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(created.body["name"], "Home page");
  EXPECT_EQ(created.body["config"]["method"], "GET") << "defaults are filled in";
  EXPECT_EQ(created.body["state"], "pending");
  EXPECT_EQ(created.header("Location"), path(created.body));
  EXPECT_EQ(client_.get(path(created.body)).body, created.body);

  const auto edited = client_.patch(path(created.body), {{"name", "Start"}, {"failuresBeforeDown", 3}});
  EXPECT_EQ(edited.body["name"], "Start");
  EXPECT_EQ(edited.body["failuresBeforeDown"], 3);
  EXPECT_EQ(edited.body["config"], created.body["config"]);

  EXPECT_EQ(client_.post(path(created.body) + "/pause").body["state"], "paused");
  EXPECT_EQ(client_.post(path(created.body) + "/pause").body["paused"], true) << "again";
  EXPECT_EQ(client_.post(path(created.body) + "/resume").body["state"], "pending");

  EXPECT_EQ(client_.del(path(created.body)).status, 204);
  EXPECT_EQ(client_.get(path(created.body)).status, 404);
  EXPECT_EQ(client_.del(path(created.body)).status, 404);
}

TEST_F(MonitorTest, form_errors_come_all_at_once_with_the_kinds_own) {
  const auto reply = client_.post("/api/v1/monitors", {{"name", ""},
                                                       {"kind", "http"},
                                                       {"config", {{"verifyTsl", true}}},
                                                       {"failuresBeforeDown", 11},
                                                       {"state", "up"}});
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.fields(),
            "name:too_short failuresBeforeDown:range config.url:required config.verifyTsl:unknown_field "
            "state:unknown_field");
  EXPECT_EQ(reply.body["fields"][2]["message"], "Is required.");
}

TEST_F(MonitorTest, an_unknown_kind_is_named) {
  const auto reply =
      client_.post("/api/v1/monitors", {{"name", "x"}, {"kind", "gopher"}, {"config", json::object()}});
  EXPECT_EQ(reply.fields(), "kind:not_allowed");
  EXPECT_EQ(client_.post("/api/v1/monitors", json::object()).fields(),
            "kind:required name:required config:required");
}

TEST_F(MonitorTest, a_target_that_is_not_allowed_is_refused_at_save) {
  auto body = http_monitor("inside");
  body["config"]["url"] = "http://private.example/";
  EXPECT_EQ(client_.post("/api/v1/monitors", body).fields(), "config.url:target_not_allowed");
  const auto monitor = client_.post("/api/v1/monitors", http_monitor("outside")).body;
  EXPECT_EQ(client_.patch(path(monitor), {{"config", body["config"]}}).fields(),
            "config.url:target_not_allowed");
  EXPECT_EQ(client_.get(path(monitor)).body["config"]["url"], "https://example.org/");
}

TEST_F(MonitorTest, cannot_be_given_to_somebody_else_or_another_kind) {
  const auto monitor = client_.post("/api/v1/monitors", http_monitor("mine")).body;
  EXPECT_EQ(client_.patch(path(monitor), {{"userId", "x"}, {"kind", "tcp"}}).fields(),
            "kind:unknown_field userId:unknown_field");
}

TEST_F(MonitorTest, the_list_holds_all_that_a_dashboard_shows) {
  server_.add_monitor(ada_.id, "first");
  server_.add_monitor(ada_.id, "second");
  server_.record_round(ada_.id, up_finding());
  server_.record_round(ada_.id, down_finding());
  const auto list = client_.get("/api/v1/monitors").body;
  ASSERT_EQ(list["items"].size(), 2u);
  EXPECT_EQ(list["items"][0]["name"], "first");
  for (const auto& monitor : list["items"]) {
    EXPECT_EQ(monitor["state"], "down");
    EXPECT_EQ(monitor["recent"]["verdicts"], "ud");
    EXPECT_EQ(monitor["recent"]["totalMs"], json({20, 31}));
    EXPECT_EQ(monitor["lastCheck"]["cause"], "status_unexpected");
    EXPECT_EQ(monitor["lastCheck"]["httpStatus"], 503);
  }
}

TEST_F(MonitorTest, what_could_not_be_measured_is_shown_as_such) {
  server_.add_monitor(ada_.id, "page");
  server_.record_round(ada_.id, up_finding());
  domain::Finding unknown;
  unknown.verdict = domain::Verdict::unknown;
  unknown.cause = domain::Cause::resolver_failed;
  unknown.phase = domain::Phase::resolve;
  server_.record_round(ada_.id, unknown);
  EXPECT_EQ(only_monitor()["state"], "unknown");
  EXPECT_EQ(only_monitor()["stateSince"], nullptr);
  EXPECT_EQ(only_monitor()["recent"]["verdicts"], "u?");
  EXPECT_EQ(only_monitor()["recent"]["totalMs"][1], nullptr);
  server_.record_round(ada_.id, up_finding());
  EXPECT_EQ(only_monitor()["state"], "up");
}

TEST_F(MonitorTest, kinds_come_with_schema_and_defaults) {
  const auto kinds = client_.get("/api/v1/monitor-kinds").body["items"];
  EXPECT_EQ(kinds[0]["kind"], "http");
  EXPECT_EQ(kinds[0]["defaults"]["method"], "GET");
}

class SmallQuotaTest : public MonitorTest {
 protected:
  SmallQuotaTest() : MonitorTest(options()) {}
  static Options options() {
    Options options = ApiServer::test_options();
    options.max_monitors_per_user = 2;
    return options;
  }
};

TEST_F(SmallQuotaTest, is_kept_when_many_are_created_at_once) {
  std::vector<int> statuses(6);
  std::vector<std::thread> callers;
  for (auto& status : statuses)
    callers.emplace_back(
        [this, &status] { status = Client(client_).post("/api/v1/monitors", http_monitor("x")).status; });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 2);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 403), 4);
  EXPECT_EQ(client_.post("/api/v1/monitors", http_monitor("x")).code(), "quota_exceeded");
}

class TestNowTest : public MonitorTest {
 protected:
  TestNowTest() {
    server_.call([this] { server_.prober.finding = down_finding(); });
  }
};

TEST_F(TestNowTest, probes_a_saved_monitor_and_records_nothing) {
  const auto monitor = server_.add_monitor(ada_.id, "page");
  const auto reply = client_.post("/api/v1/monitors/" + monitor.id + "/test");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body["verdict"], "down");
  EXPECT_EQ(reply.body["timings"]["totalMs"], 31.0);
  EXPECT_EQ(reply.body["timings"]["tlsMs"], nullptr);
  EXPECT_EQ(only_monitor()["state"], "pending");
  EXPECT_EQ(only_monitor()["lastCheck"], nullptr);
}

TEST_F(TestNowTest, probes_a_config_that_is_not_saved) {
  const json body = {{"kind", "http"}, {"config", {{"url", "https://example.org/new"}}}};
  EXPECT_EQ(client_.post("/api/v1/monitors/test", body).body["verdict"], "down");
  EXPECT_EQ(server_.call([this] { return server_.prober.last_config; })["method"], "GET")
      << "with its defaults";
  EXPECT_TRUE(client_.get("/api/v1/monitors").body["items"].empty());
}

TEST_F(TestNowTest, does_not_probe_what_could_not_be_saved) {
  const json body = {{"kind", "http"}, {"config", {{"url", "http://private.example/"}}}};
  EXPECT_EQ(client_.post("/api/v1/monitors/test", body).fields(), "config.url:target_not_allowed");
  EXPECT_EQ(server_.call([this] { return server_.prober.last_config; }), nullptr);
}

// As many calls as allowed, kept waiting at `gate`; one more is refused, and all is well when they have
// ended.
void expect_limit(ApiServer& server, Client& client, Gate& gate, std::size_t most, const std::string& target,
                  const std::optional<std::string>& body, int answer) {
  server.call([&gate] { gate.held = true; });
  std::vector<std::unique_ptr<http::TestClient>> held;
  for (std::size_t i = 0; i < most; ++i) {
    held.push_back(std::make_unique<http::TestClient>(server.port()));
    held.back()->send(client.request("POST", target, body, {}));
  }
  wait_until([&] { return server.call([&gate] { return gate.waiting; }) == static_cast<int>(most); });
  const auto refused = client.send("POST", target, body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.header("Retry-After"), "");
  server.call([&gate] { gate.release(); });
  for (auto& one : held) EXPECT_EQ(one->read().status, answer);
  EXPECT_EQ(client.send("POST", target, body).status, answer);
}

TEST_F(TestNowTest, is_no_means_to_flood_a_target) {
  const auto monitor = server_.add_monitor(ada_.id, "page");
  expect_limit(server_, client_, server_.prober.gate, Context::kProbes.per_user,
               "/api/v1/monitors/" + monitor.id + "/test", std::nullopt, 200);
}

TEST_F(MonitorTest, saving_is_no_means_to_flood_the_name_servers) {
  const json body = {{"name", "page"}, {"kind", "http"}, {"config", {{"url", "https://example.org/"}}}};
  expect_limit(server_, client_, server_.kinds.gate, Context::kChecks.per_user, "/api/v1/monitors",
               body.dump(), 201);
}

}  // namespace
}  // namespace watchbill::api
