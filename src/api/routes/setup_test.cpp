#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

nlohmann::json setup_body(const std::string& token) {
  return {
      {"token", token}, {"email", "Ada@example.org"}, {"password", "a long password"}, {"language", "zh-CN"}};
}

class SetupTest : public testing::Test {
 protected:
  ApiServer server_;
  Client client_{server_};
};

TEST_F(SetupTest, the_link_makes_one_administrator_and_signs_him_in) {
  EXPECT_EQ(client_.get("/api/v1/setup").body["needed"], true);
  EXPECT_EQ(client_.get("/api/v1/session").body["setupNeeded"], true);
  const auto reply = client_.post("/api/v1/setup", setup_body(kSetupToken));
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body["user"]["role"], "admin");
  EXPECT_EQ(reply.body["user"]["email"], "ada@example.org");
  EXPECT_EQ(reply.body["user"]["language"], "zh-CN");
  client_.keep_cookie(reply);
  EXPECT_EQ(client_.get("/api/v1/users").status, 200);
  EXPECT_EQ(client_.get("/api/v1/setup").body["needed"], false);

  const auto second = client_.post("/api/v1/setup", setup_body(kSetupToken));
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.code(), "setup_done");
}

TEST_F(SetupTest, stays_open_while_there_are_users_but_no_administrator) {
  server_.add_user("bo@example.org");
  EXPECT_EQ(client_.get("/api/v1/setup").body["needed"], true);
  EXPECT_EQ(client_.get("/api/v1/session").body["setupNeeded"], true);
  EXPECT_EQ(client_.post("/api/v1/setup", setup_body(kSetupToken)).status, 201);
  EXPECT_EQ(client_.get("/api/v1/setup").body["needed"], false);
}

TEST_F(SetupTest, any_other_token_is_refused) {
  for (const std::string token : {"x", "setup-token-of-the-tes", "setup-token-of-the-test2"}) {
    const auto reply = client_.post("/api/v1/setup", setup_body(token));
    EXPECT_EQ(reply.status, 403) << token;
    EXPECT_EQ(reply.code(), "setup_token_wrong") << token;
  }
  EXPECT_EQ(client_.get("/api/v1/setup").body["needed"], true);
}

TEST_F(SetupTest, two_at_once_make_one_administrator) {
  std::vector<int> statuses(4);
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    callers.emplace_back([this, &status = statuses[i], i] {
      auto body = setup_body(kSetupToken);
      body["email"] = "admin" + std::to_string(i) + "@example.org";
      status = Client(server_).post("/api/v1/setup", body).status;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 409), 3);
  EXPECT_EQ(server_.store([](store::Store& store) {
    std::optional<std::string> more;
    return store.users().list({}, more).size();
  }),
            1u);
}

TEST_F(SetupTest, says_everything_that_is_wrong_with_the_form) {
  const auto reply =
      client_.post("/api/v1/setup", {{"email", "ada"}, {"password", "short"}, {"language", "fr"}});
  EXPECT_EQ(reply.fields(), "token:required email:format password:too_short language:not_allowed");
}

TEST(SetupWithoutLink, is_not_possible) {
  Options options = ApiServer::test_options();
  options.accepts_setup_token = nullptr;
  ApiServer server(options);
  EXPECT_EQ(Client(server).post("/api/v1/setup", setup_body("x")).status, 403);
}

}  // namespace
}  // namespace watchbill::api
