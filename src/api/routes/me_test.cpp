#include <gtest/gtest.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

class MeTest : public testing::Test {
 protected:
  MeTest() {
    ada_ = server_.add_user("ada@example.org");
    client_.with_session(server_.add_session(ada_.id));
  }

  Reply change_password(const std::string& current, const std::string& wanted) {
    return client_.post("/api/v1/me/password", {{"currentPassword", current}, {"newPassword", wanted}});
  }
  int sign_in_status(const std::string& password) {
    return Client(server_)
        .post("/api/v1/session", {{"email", "ada@example.org"}, {"password", password}})
        .status;
  }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
};

TEST_F(MeTest, preferences_are_kept) {
  EXPECT_EQ(client_.get("/api/v1/me").body["theme"], "system");
  EXPECT_EQ(client_.get("/api/v1/me").body["language"], nullptr);
  const auto reply =
      client_.patch("/api/v1/me", {{"theme", "dark"}, {"language", "zh-CN"}, {"name", " Ada "}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(client_.get("/api/v1/me").body, reply.body);
  EXPECT_EQ(reply.body["name"], "Ada");
  EXPECT_EQ(client_.patch("/api/v1/me", {{"theme", "system"}, {"language", nullptr}}).body["language"],
            nullptr);
}

TEST_F(MeTest, a_role_cannot_be_taken) {
  const auto reply = client_.patch("/api/v1/me", {{"role", "admin"}, {"disabled", false}, {"id", "x"}});
  EXPECT_EQ(reply.fields(), "disabled:unknown_field id:unknown_field role:unknown_field");
  EXPECT_EQ(client_.get("/api/v1/me").body["role"], "user");
}

TEST_F(MeTest, a_new_address_needs_the_password) {
  EXPECT_EQ(client_.patch("/api/v1/me", {{"email", "new@example.org"}}).fields(), "currentPassword:required");
  EXPECT_EQ(client_.patch("/api/v1/me", {{"email", "new@example.org"}, {"currentPassword", "no"}}).code(),
            "password_wrong");
  EXPECT_EQ(client_.patch("/api/v1/me", {{"email", "New@example.org"}, {"currentPassword", kPassword}})
                .body["email"],
            "new@example.org");
  server_.add_user("grace@example.org");
  EXPECT_EQ(
      client_.patch("/api/v1/me", {{"email", "GRACE@example.org"}, {"currentPassword", kPassword}}).code(),
      "email_taken");
}

TEST_F(MeTest, a_new_password_ends_every_other_session) {
  Client other(server_);
  other.with_session(server_.add_session(ada_.id));
  const auto reply = change_password(kPassword, "an even longer password");
  ASSERT_EQ(reply.status, 204);
  EXPECT_EQ(other.get("/api/v1/me").status, 401);
  EXPECT_EQ(client_.get("/api/v1/me").status, 401) << "under its old cookie";
  client_.keep_cookie(reply);
  EXPECT_EQ(client_.get("/api/v1/me").status, 200);
  EXPECT_EQ(sign_in_status(kPassword), 401);
  EXPECT_EQ(sign_in_status("an even longer password"), 201);
}

TEST_F(MeTest, the_current_password_cannot_be_guessed_here_either) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change_password("guess", "an even longer password").status, 403);
  EXPECT_EQ(change_password("guess", "an even longer password").status, 429);
  EXPECT_EQ(change_password(kPassword, "short").status, 422);
}

class TokenTest : public MeTest {};

TEST_F(TokenTest, is_shown_once_and_works_until_revoked) {
  const auto created = client_.post("/api/v1/me/tokens", {{"name", "script"}, {"access", "write"}});
  ASSERT_EQ(created.status, 201);
  Client script(server_);
  script.with_token(created.body["token"]);
  EXPECT_EQ(script.patch("/api/v1/schedule", {{"intervalMinutes", 7}}).status, 200);

  const auto list = client_.get("/api/v1/me/tokens");
  ASSERT_EQ(list.body["items"].size(), 1u);
  EXPECT_EQ(list.raw.body.find(created.body["token"].get<std::string>()), std::string::npos);
  EXPECT_NE(list.body["items"][0]["lastUsedAt"], nullptr);

  EXPECT_EQ(client_.del("/api/v1/me/tokens/" + created.body["id"].get<std::string>()).status, 204);
  EXPECT_EQ(script.get("/api/v1/schedule").status, 401);
}

TEST_F(TokenTest, reads_only_unless_asked_for_more) {
  const auto created = client_.post("/api/v1/me/tokens", {{"name", "script"}});
  EXPECT_EQ(created.body["access"], "read");
  Client script(server_);
  script.with_token(created.body["token"]);
  EXPECT_EQ(script.get("/api/v1/monitors").status, 200);
  EXPECT_EQ(script.patch("/api/v1/schedule", {{"intervalMinutes", 7}}).code(), "read_only_token");
}

TEST_F(TokenTest, cannot_change_the_address_of_its_owner) {
  Client script(server_);
  script.with_token(server_.add_token(ada_.id, false));
  EXPECT_EQ(script.patch("/api/v1/me", {{"email", "x@example.org"}, {"currentPassword", kPassword}}).code(),
            "session_required");
  EXPECT_EQ(script.patch("/api/v1/me", {{"theme", "light"}}).status, 200);
}

TEST_F(TokenTest, there_are_twenty_at_most) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client_.post("/api/v1/me/tokens", {{"name", "t"}}).status, 201);
  EXPECT_EQ(client_.post("/api/v1/me/tokens", {{"name", "t"}}).code(), "quota_exceeded");
}

TEST_F(TokenTest, of_a_disabled_user_is_worthless) {
  Client script(server_);
  script.with_token(server_.add_token(ada_.id, true));
  server_.store([id = ada_.id](store::Store& store) {
    store::UserEdit edit;
    edit.disabled = true;
    return store.users().edit(id, edit);
  });
  EXPECT_EQ(script.get("/api/v1/me").status, 401);
  EXPECT_EQ(client_.get("/api/v1/me").status, 401);
}

}  // namespace
}  // namespace watchbill::api
