#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/api/cron/one-click-start";

class CronTest : public testing::Test {
 protected:
  explicit CronTest(Options options = ApiServer::test_options()) : server_(std::move(options)) {}

  Reply call(const std::optional<std::string>& body, const std::string& secret = kCronSecret) {
    return client_.send("POST", kPath, body, {{"x-cron-secret", secret}});
  }

  ApiServer server_;
  Client client_{server_};
};

TEST_F(CronTest, without_a_body_dispatches) {
  server_.call([this] {
    server_.dispatching.report.user_ids = {"u1", "u2"};
    server_.dispatching.report.remaining = 3;
    server_.dispatching.report.queue = {1, 2, 3, 4, 5};
  });
  for (const std::optional<std::string>& body :
       {std::optional<std::string>(), std::optional<std::string>("{}"),
        std::optional<std::string>(R"({"mode":"dispatch"})")}) {
    const auto reply = call(body);
    ASSERT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body["success"], true);
    const auto& data = reply.body["data"];
    EXPECT_EQ(data["mode"], "dispatch");
    EXPECT_EQ(data["dispatched"], 2);
    EXPECT_EQ(data["userIds"], json({"u1", "u2"}));
    EXPECT_EQ(data["remaining"], 3);
    EXPECT_EQ(data["queueStats"],
              (json{{"waiting", 1}, {"active", 2}, {"completed", 3}, {"failed", 4}, {"delayed", 5}}));
    EXPECT_FALSE(data.contains("message"));
    EXPECT_TRUE(base::parse_iso8601(data["executedAt"].get<std::string>()));
  }
}

TEST_F(CronTest, says_when_nothing_was_due) {
  EXPECT_EQ(call(std::nullopt).body["data"]["message"], "No user is due.");
}

TEST_F(CronTest, refuses_any_wrong_secret) {
  const std::string right = kCronSecret;
  for (const std::string& wrong :
       {std::string(), right.substr(0, right.size() - 1), right + "x", std::string("x")}) {
    const auto reply = call("{}", wrong);
    EXPECT_EQ(reply.status, 401) << wrong;
    EXPECT_EQ(reply.code(), "cron_secret_wrong") << wrong;
    EXPECT_EQ(reply.body["success"], false);
  }
  EXPECT_EQ(client_.send("POST", kPath, "{}").status, 401) << "no header";
  EXPECT_EQ(
      client_.send("POST", std::string(kPath) + "?x-cron-secret=" + right + "&secret=" + right, "{}").status,
      401);
  EXPECT_EQ(call("{", "wrong").status, 401) << "the body is not looked at before";
}

TEST_F(CronTest, refuses_bodies_that_it_does_not_understand) {
  EXPECT_EQ(call("{\"mode\":").status, 400);
  EXPECT_EQ(call(R"({"mode":"turbo"})").fields(), "mode:not_allowed");
  EXPECT_EQ(call(R"({"user":"x"})").fields(), "user:unknown_field");
  EXPECT_EQ(call(R"({"userId":5})").fields(), "userId:type");
  EXPECT_EQ(call(R"({"mode":"sync","userId":"x"})").fields(), ":conflict");
  EXPECT_EQ(call(R"([])").status, 422);
}

TEST_F(CronTest, runs_one_user_directly_by_id_or_address) {
  const auto ada = server_.add_user("ada@example.org");
  server_.call([this] {
    server_.runner.answer = [](const domain::UserId& id) {
      domain::RoundReport report;
      report.user_email = "ada@example.org";
      report.round.user_id = id;
      report.round.started_at = base::from_epoch_ms(1000);
      report.round.finished_at = base::from_epoch_ms(1184);
      report.round.counts = {1, 1, 0};
      report.monitors.resize(2);
      report.monitors[0].name = "page";
      report.monitors[1].name = "mail";
      report.results = {{"m1", base::from_epoch_ms(1100), up_finding()},
                        {"m2", base::from_epoch_ms(1100), down_finding()}};
      return domain::RunResult(report);
    };
  });
  for (const json& body : {json{{"userId", ada.id}}, json{{"email", "Ada@Example.org"}}}) {
    const auto reply = call(body.dump());
    ASSERT_EQ(reply.status, 200) << reply.raw.body;
    const auto& data = reply.body["data"];
    EXPECT_EQ(data["mode"], "direct");
    EXPECT_EQ(data["userId"], ada.id);
    EXPECT_EQ(data["email"], "ada@example.org");
    EXPECT_EQ(data["duration"], 184);
    EXPECT_EQ(data["result"]["processed"], 2);
    EXPECT_EQ(data["result"]["checks"][1], (json{{"monitorId", "m2"},
                                                 {"name", "mail"},
                                                 {"verdict", "down"},
                                                 {"cause", "status_unexpected"},
                                                 {"totalMs", 31.0}}));
  }
}

TEST_F(CronTest, says_why_one_user_was_not_run) {
  const auto answer_with = [this](domain::RunRefusal refusal) {
    server_.call([this, refusal] {
      server_.runner.answer = [refusal](const domain::UserId&) { return domain::RunResult(refusal); };
    });
  };
  answer_with(domain::RunRefusal::unknown_user);
  EXPECT_EQ(call(R"({"userId":"nobody"})").status, 404);
  EXPECT_EQ(call(R"({"email":"nobody@example.org"})").status, 404);
  answer_with(domain::RunRefusal::already_running);
  EXPECT_EQ(call(R"({"userId":"x"})").code(), "round_running");
  answer_with(domain::RunRefusal::lost);
  EXPECT_EQ(call(R"({"userId":"x"})").code(), "round_lost");
}

TEST_F(CronTest, runs_everybody_without_a_queue) {
  server_.call([this] {
    server_.dispatching.sync_report.items = {
        {"u1", "a@example.org", true, base::Millis(12), ""},
        {"u2", "b@example.org", false, base::Millis(34), "1 of 1 monitors down"}};
  });
  const auto data = call(R"({"mode":"sync"})").body["data"];
  EXPECT_EQ(data["mode"], "sync");
  EXPECT_EQ(data["executed"], 2);
  EXPECT_EQ(data["okCount"], 1);
  EXPECT_EQ(data["failCount"], 1);
  EXPECT_FALSE(data["results"][0].contains("error"));
  EXPECT_EQ(data["results"][1]["error"], "1 of 1 monitors down");
  EXPECT_FALSE(data.contains("degraded"));
}

TEST_F(CronTest, says_that_rounds_run_here_while_the_queue_is_away) {
  server_.call([this] { server_.dispatching.report.degraded = true; });
  auto data = call("{}").body["data"];
  EXPECT_EQ(data["mode"], "sync");
  EXPECT_EQ(data["degraded"], true);
  server_.call([this] { server_.dispatching.report.degraded = false; });
  data = call("{}").body["data"];
  EXPECT_EQ(data["mode"], "dispatch");
  EXPECT_FALSE(data.contains("degraded"));
}

TEST_F(CronTest, says_that_the_queue_is_away_where_nothing_stands_in_for_it) {
  server_.call([this] { server_.dispatching.queue_away = true; });
  const auto reply = call("{}");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.code(), "queue_unavailable");
  EXPECT_NE(reply.header("Retry-After"), "");
}

class NoSecretTest : public CronTest {
 protected:
  NoSecretTest() : CronTest(options()) {}
  static Options options() {
    Options options = ApiServer::test_options();
    options.cron_secret = "";
    return options;
  }
};

TEST_F(NoSecretTest, refuses_all_calls) {
  for (const char* secret : {"", "x"}) EXPECT_EQ(call("{}", secret).code(), "cron_secret_missing") << secret;
  EXPECT_EQ(client_.send("POST", kPath, "{}").status, 503);
}

}  // namespace
}  // namespace watchbill::api
