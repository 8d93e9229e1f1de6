// Bodies as clients should not send them.
#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

class Bodies : public testing::Test {
 protected:
  Bodies() {
    user_ = server_.add_user("ada@example.org");
    client_.with_session(server_.add_session(user_.id));
  }

  Reply patch(const std::string& body, const Headers& headers = {}) {
    return client_.send("PATCH", "/api/v1/schedule", body, headers);
  }
  int interval() { return client_.get("/api/v1/schedule").body["intervalMinutes"]; }

  ApiServer server_;
  Client client_{server_};
  domain::User user_;
};

TEST_F(Bodies, only_a_whole_number_of_minutes_from_1_to_1440_is_an_interval) {
  for (const char* value : {"0", "1441", "-5", "1.5", "\"5\"", "null", "true", "[5]", "{}", "1e18"}) {
    const auto reply = patch(std::string("{\"intervalMinutes\":") + value + "}");
    EXPECT_EQ(reply.status, 422) << value;
    EXPECT_EQ(reply.body["fields"][0]["message"], "Must be a whole number from 1 to 1440.") << value;
  }
  EXPECT_EQ(interval(), 5);
  EXPECT_EQ(patch(R"({"intervalMinutes":1440})").status, 200);
  EXPECT_EQ(interval(), 1440);
}

TEST_F(Bodies, malformed_json_is_400) {
  for (const char* body :
       {"{", "{\"enabled\":tru}", "{'enabled':true}", "\xff", "{\"enabled\":true}}", "{\"a\":1e999}"}) {
    const auto reply = patch(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(reply.code(), "malformed_json") << body;
  }
  EXPECT_EQ(patch("").code(), "malformed_json");
  EXPECT_EQ(patch(R"({"enabled":true,"enabled":false})").status, 400);
}

TEST_F(Bodies, deep_json_is_400_and_huge_json_is_413) {
  EXPECT_EQ(patch(std::string(100'000, '[')).code(), "json_too_deep");
  EXPECT_EQ(patch(std::string(1024 * 1024 + 1, ' ')).status, 413);
}

TEST_F(Bodies, unknown_fields_change_nothing_and_are_all_named) {
  const auto reply =
      patch(R"({"intervalMinutes":10,"nextRunAt":"2020-01-01T00:00:00.000Z","fence":9,"userId":"x"})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.fields(), "fence:unknown_field nextRunAt:unknown_field userId:unknown_field");
  EXPECT_EQ(interval(), 5);
}

TEST_F(Bodies, must_be_objects) {
  for (const char* body : {"[]", "5", "null", "\"x\""}) EXPECT_EQ(patch(body).status, 422) << body;
}

TEST_F(Bodies, must_be_labelled_as_json) {
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"})
    EXPECT_EQ(patch(R"({"enabled":false})", {{"Content-Type", type}}).status, 415) << type;
  EXPECT_EQ(patch(R"({"enabled":true})", {{"Content-Type", "Application/JSON; charset=utf-8"}}).status, 200);
  EXPECT_EQ(patch(R"({"enabled":true})", {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(client_.get("/api/v1/schedule").body["enabled"], true);
}

TEST_F(Bodies, calls_without_a_body_take_none) {
  EXPECT_EQ(client_.send("POST", "/api/v1/schedule/run", R"({"userId":"x"})").status, 422);
  EXPECT_EQ(client_.send("POST", "/api/v1/schedule/run", "{}").status, 202);
}

TEST_F(Bodies, text_is_kept_as_it_was_sent) {
  const std::string name = R"('; DROP TABLE User; -- <script>alert(1)</script> =cmd() 监控 %00 \u2028)";
  const auto created =
      client_.post("/api/v1/monitors",
                   {{"name", name}, {"kind", "tcp"}, {"config", {{"host", "example.org"}, {"port", 25}}}});
  ASSERT_EQ(created.status, 201);
  EXPECT_EQ(client_.get("/api/v1/monitors").body["items"][0]["name"], name);
}

TEST_F(Bodies, headers_and_addresses_have_limits) {
  EXPECT_EQ(client_.get("/api/v1/me?" + std::string(9000, 'x')).status, 414);
  EXPECT_EQ(client_.send("GET", "/api/v1/me", std::nullopt, {{"X-Large", std::string(40'000, 'x')}}).status,
            431);
}

TEST_F(Bodies, methods_that_a_path_does_not_know_are_405) {
  EXPECT_EQ(client_.send("PUT", "/api/v1/me", "{}").status, 405);
  EXPECT_EQ(client_.send("TRACE", "/api/v1/me", std::nullopt).status, 405);
  EXPECT_EQ(client_.get("/api/cron/one-click-start").status, 405);
  EXPECT_EQ(client_.get("/api/v1/nothing").status, 404);
}

TEST_F(Bodies, every_answer_carries_the_security_headers) {
  for (const char* path : {"/api/v1/me", "/api/v1/nothing", "/healthz", "/api/v1/schedule?\xff"}) {
    const auto reply = client_.get(path);
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer") << path;
    EXPECT_EQ(reply.header("Cache-Control"), "no-store") << path;
    const auto policy = reply.header("Content-Security-Policy");
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace watchbill::api
