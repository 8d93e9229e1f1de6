#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

class SessionTest : public testing::Test {
 protected:
  explicit SessionTest(Options options = ApiServer::test_options()) : server_(std::move(options)) {
    ada_ = server_.add_user("ada@example.org");
  }

  Reply sign_in(const std::string& email, const std::string& password) {
    return client_.post("/api/v1/session", {{"email", email}, {"password", password}});
  }

  ApiServer server_;
  Client client_{server_};
  domain::User ada_;
};

TEST_F(SessionTest, begins_with_a_password_and_ends_with_signing_out) {
  EXPECT_EQ(client_.get("/api/v1/session").body["user"], nullptr);
  const auto reply = sign_in(" Ada@Example.org ", kPassword);
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body["user"]["email"], "ada@example.org");
  client_.keep_cookie(reply);
  EXPECT_EQ(client_.get("/api/v1/session").body["user"]["id"], ada_.id);
  EXPECT_EQ(client_.get("/api/v1/me").status, 200);

  const auto out = client_.del("/api/v1/session");
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(client_.get("/api/v1/me").status, 401) << "the old cookie is worthless";
  EXPECT_EQ(client_.del("/api/v1/session").status, 204) << "twice does no harm";
}

TEST_F(SessionTest, cookie_is_out_of_reach_for_scripts_and_other_sites) {
  const auto cookie = sign_in("ada@example.org", kPassword).header("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("watchbill_session="));
  for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
    EXPECT_NE(cookie.find(part), std::string::npos) << part;
  EXPECT_GE(cookie.find(';') - cookie.find('='), 43u) << "256 bits";
  EXPECT_NE(cookie, sign_in("ada@example.org", kPassword).header("Set-Cookie")) << "a new one each time";
}

TEST_F(SessionTest, is_stored_as_a_hash_only) {
  const auto cookie = sign_in("ada@example.org", kPassword).header("Set-Cookie");
  const auto begin = cookie.find('=') + 1;
  const auto secret = cookie.substr(begin, cookie.find(';') - begin);
  std::ifstream file(server_.database(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(bytes.empty());
  EXPECT_EQ(bytes.find(secret), std::string::npos);
  EXPECT_EQ(bytes.find(kPassword), std::string::npos);
}

TEST_F(SessionTest, wrong_unknown_and_disabled_look_alike) {
  const auto disabled = server_.add_user("gone@example.org");
  server_.store([id = disabled.id](store::Store& store) {
    store::UserEdit edit;
    edit.disabled = true;
    return store.users().edit(id, edit);
  });
  const auto wrong = sign_in("ada@example.org", "not her password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), "credentials_wrong");
  EXPECT_EQ(sign_in("nobody@example.org", kPassword).raw.body, wrong.raw.body);
  EXPECT_EQ(sign_in("gone@example.org", kPassword).raw.body, wrong.raw.body);
}

TEST_F(SessionTest, guessing_is_slowed_down_and_not_for_others) {
  Reply reply;
  int guesses = 0;
  do {
    reply = sign_in("ada@example.org", "guess " + std::to_string(guesses));
  } while (reply.status == 401 && ++guesses < 20);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(guesses, 5);
  EXPECT_GT(std::stoi(reply.header("Retry-After")), 0);
  EXPECT_EQ(sign_in("ada@example.org", kPassword).status, 429);
  server_.add_user("grace@example.org");
  EXPECT_EQ(sign_in("grace@example.org", kPassword).status, 201);
}

TEST_F(SessionTest, huge_passwords_are_refused_unhashed) {
  EXPECT_EQ(sign_in("ada@example.org", std::string(1025, 'x')).fields(), "password:too_long");
  EXPECT_EQ(sign_in("ada@example.org", "").fields(), "password:too_short");
}

TEST_F(SessionTest, ends_when_it_is_not_used) {
  client_.with_session(server_.add_session(ada_.id));
  server_.clock().put_forward(Sessions::kIdle - std::chrono::hours(1));
  EXPECT_EQ(client_.get("/api/v1/me").status, 200);
  server_.clock().put_forward(Sessions::kIdle - std::chrono::hours(1));
  EXPECT_EQ(client_.get("/api/v1/me").status, 200) << "its use prolonged it";
  server_.clock().put_forward(Sessions::kIdle + std::chrono::hours(1));
  EXPECT_EQ(client_.get("/api/v1/me").status, 401);
}

TEST_F(SessionTest, ends_for_good_after_the_longest_time) {
  client_.with_session(server_.add_session(ada_.id));
  for (int day = 0; day < 89; day += 10) {
    EXPECT_EQ(client_.get("/api/v1/me").status, 200) << "day " << day;
    server_.clock().put_forward(std::chrono::days(10));
  }
  EXPECT_EQ(client_.get("/api/v1/me").status, 401);
}

TEST_F(SessionTest, signing_in_from_a_foreign_page_is_refused) {
  const nlohmann::json body = {{"email", "ada@example.org"}, {"password", kPassword}};
  EXPECT_EQ(client_.send("POST", "/api/v1/session", body.dump(), {{"Origin", "https://evil.example"}}).status,
            403);
}

class SecureSessionTest : public SessionTest {
 protected:
  SecureSessionTest() : SessionTest(options()) {}
  static Options options() {
    Options options = ApiServer::test_options();
    options.public_url = "https://status.example.org";
    return options;
  }
};

TEST_F(SecureSessionTest, cookie_is_bound_to_the_host_by_its_name) {
  const auto reply = sign_in("ada@example.org", kPassword);
  const auto cookie = reply.header("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-watchbill_session="));
  EXPECT_NE(cookie.find("; Secure"), std::string::npos);
  EXPECT_NE(reply.header("Strict-Transport-Security"), "");
  client_.keep_cookie(reply);
  EXPECT_EQ(client_.get("/api/v1/me").status, 200);
}

TEST_F(SecureSessionTest, the_public_origin_may_write) {
  client_.with_session("").keep_cookie(sign_in("ada@example.org", kPassword));
  const Headers own = {{"Origin", "https://status.example.org"}, {"Sec-Fetch-Site", "same-origin"}};
  EXPECT_EQ(client_.send("PATCH", "/api/v1/me", R"({"theme":"dark"})", own).status, 200);
}

}  // namespace
}  // namespace watchbill::api
