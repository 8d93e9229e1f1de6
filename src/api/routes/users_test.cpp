#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

using nlohmann::json;

class UsersTest : public testing::Test {
 protected:
  UsersTest() {
    root_ = server_.add_user("root@example.org", domain::Role::admin);
    admin_.with_session(server_.add_session(root_.id));
  }
  static std::string path(const std::string& id) { return "/api/v1/users/" + id; }
  json create(const std::string& email) {
    return admin_.post("/api/v1/users", {{"email", email}, {"password", "a first password"}}).body;
  }
  int sign_in_status(const std::string& email, const std::string& password) {
    return Client(server_).post("/api/v1/session", {{"email", email}, {"password", password}}).status;
  }

  ApiServer server_;
  Client admin_{server_};
  domain::User root_;
};

TEST_F(UsersTest, are_created_with_a_schedule_of_their_own) {
  const auto reply = admin_.post("/api/v1/users", {{"email", "Ada@example.org"},
                                                   {"password", "a first password"},
                                                   {"name", "Ada"},
                                                   {"intervalMinutes", 30}});
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body["email"], "ada@example.org");
  EXPECT_EQ(reply.body["role"], "user");
  EXPECT_EQ(reply.body["schedule"]["intervalMinutes"], 30);
  EXPECT_EQ(reply.header("Location"), path(reply.body["id"]));
  EXPECT_EQ(admin_.get(path(reply.body["id"])).body, reply.body);
  EXPECT_EQ(sign_in_status("ada@example.org", "a first password"), 201);
  EXPECT_EQ(
      admin_.post("/api/v1/users", {{"email", "ADA@example.org"}, {"password", "a first password"}}).code(),
      "email_taken");
}

TEST_F(UsersTest, form_errors_come_all_at_once) {
  EXPECT_EQ(
      admin_.post("/api/v1/users", {{"email", "x"}, {"role", "root"}, {"intervalMinutes", 0}, {"id", "y"}})
          .fields(),
      "email:too_short password:required role:not_allowed intervalMinutes:range id:unknown_field");
}

TEST_F(UsersTest, are_listed_by_pages_and_found) {
  for (const char* name : {"ada", "bob", "cyd", "dan"}) create(std::string(name) + "@example.org");
  std::vector<std::string> emails;
  std::string cursor;
  do {
    const auto page = admin_.get("/api/v1/users?limit=2" + cursor).body;
    for (const auto& user : page["items"]) emails.push_back(user["email"]);
    cursor = page["nextCursor"].is_null() ? "" : "&cursor=" + page["nextCursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(emails, (std::vector<std::string>{"ada@example.org", "bob@example.org", "cyd@example.org",
                                              "dan@example.org", "root@example.org"}));
  EXPECT_EQ(admin_.get("/api/v1/users?q=cyd").body["items"].size(), 1u);
  EXPECT_EQ(admin_.get("/api/v1/users?q=%25").body["items"].size(), 0u) << "no wildcards from outside";
}

TEST_F(UsersTest, a_disabled_user_is_out_at_once) {
  const auto ada = create("ada@example.org");
  Client client(server_);
  client.with_session(server_.add_session(ada["id"]));
  ASSERT_EQ(client.get("/api/v1/me").status, 200);
  const auto reply = admin_.patch(path(ada["id"]), {{"disabled", true}});
  EXPECT_EQ(reply.body["disabled"], true);
  EXPECT_EQ(reply.body["schedule"]["enabled"], false);
  EXPECT_EQ(client.get("/api/v1/me").status, 401);
  EXPECT_EQ(sign_in_status("ada@example.org", "a first password"), 401);
  EXPECT_EQ(admin_.patch(path(ada["id"]), {{"disabled", false}}).body["disabled"], false);
  EXPECT_EQ(sign_in_status("ada@example.org", "a first password"), 201);
}

TEST_F(UsersTest, a_token_makes_users_but_no_administrators) {
  const auto ada = create("ada@example.org");
  Client token(server_);
  token.with_token(server_.add_token(root_.id, false));
  const json bo = {{"email", "bo@example.org"}, {"password", "a first password"}};
  json admin = bo;
  admin["role"] = "admin";
  EXPECT_EQ(token.post("/api/v1/users", admin).code(), "session_required");
  EXPECT_EQ(token.post("/api/v1/users", bo).status, 201);
  EXPECT_EQ(token.patch(path(ada["id"]), {{"role", "admin"}}).code(), "session_required");
  EXPECT_EQ(token.patch(path(ada["id"]), {{"name", "Ada"}}).status, 200);
  EXPECT_EQ(admin_.patch(path(ada["id"]), {{"role", "admin"}}).status, 200);
  EXPECT_EQ(token.patch(path(ada["id"]), {{"role", "user"}}).status, 200);
}

TEST_F(UsersTest, a_role_counts_from_the_next_request) {
  const auto ada = create("ada@example.org");
  Client client(server_);
  client.with_session(server_.add_session(ada["id"]));
  EXPECT_EQ(client.get("/api/v1/users").status, 403);
  admin_.patch(path(ada["id"]), {{"role", "admin"}});
  EXPECT_EQ(client.get("/api/v1/users").status, 200);
  EXPECT_EQ(client.patch(path(root_.id), {{"role", "user"}}).status, 200);
  EXPECT_EQ(admin_.get("/api/v1/users").status, 403);
}

TEST_F(UsersTest, nobody_locks_himself_out) {
  for (const json& body : {json{{"disabled", true}}, json{{"role", "user"}}})
    EXPECT_EQ(admin_.patch(path(root_.id), body).code(), "own_account");
  EXPECT_EQ(admin_.del(path(root_.id)).code(), "own_account");
  EXPECT_EQ(admin_.post(path(root_.id) + "/password", {{"password", "another password"}}).code(),
            "own_account");
  EXPECT_EQ(admin_.patch(path(root_.id), {{"name", "Root"}, {"intervalMinutes", 9}}).status, 200);
}

TEST_F(UsersTest, an_interval_may_be_set_for_somebody) {
  const auto ada = create("ada@example.org");
  EXPECT_EQ(admin_.patch(path(ada["id"]), {{"intervalMinutes", 60}}).body["schedule"]["intervalMinutes"], 60);
  EXPECT_EQ(admin_.patch(path(ada["id"]), {{"intervalMinutes", 1441}}).status, 422);
  EXPECT_EQ(admin_.patch(path("nobody"), {{"intervalMinutes", 60}}).status, 404);
}

TEST_F(UsersTest, a_reset_password_ends_sessions) {
  const auto ada = create("ada@example.org");
  Client client(server_);
  client.with_session(server_.add_session(ada["id"]));
  EXPECT_EQ(admin_.post(path(ada["id"]) + "/password", {{"password", "a second password"}}).status, 204);
  EXPECT_EQ(client.get("/api/v1/me").status, 401);
  EXPECT_EQ(sign_in_status("ada@example.org", "a first password"), 401);
  EXPECT_EQ(sign_in_status("ada@example.org", "a second password"), 201);
  EXPECT_EQ(admin_.post(path("nobody") + "/password", {{"password", "a second password"}}).status, 404);
}

TEST_F(UsersTest, are_deleted_with_all_that_is_theirs) {
  const auto ada = create("ada@example.org");
  Client client(server_);
  client.with_session(server_.add_session(ada["id"]));
  server_.add_monitor(ada["id"], "page");
  EXPECT_EQ(admin_.get(path(ada["id"])).body["monitorCount"], 1);
  EXPECT_EQ(admin_.del(path(ada["id"])).status, 204);
  EXPECT_EQ(client.get("/api/v1/monitors").status, 401);
  EXPECT_EQ(admin_.get(path(ada["id"])).status, 404);
  EXPECT_EQ(admin_.del(path(ada["id"])).status, 404);
}

}  // namespace
}  // namespace watchbill::api
