// Every route against every kind of caller. A new route fails here until somebody has said who may call it.
#include <gtest/gtest.h>

#include <map>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

const std::map<std::string, Access> kExpected = {
    {"POST /api/cron/one-click-start", Access::cron},
    {"GET /api/v1/session", Access::open},
    {"POST /api/v1/session", Access::open},
    {"DELETE /api/v1/session", Access::open},
    {"GET /api/v1/setup", Access::open},
    {"POST /api/v1/setup", Access::open},
    {"GET /api/v1/me", Access::user},
    {"PATCH /api/v1/me", Access::user},
    {"POST /api/v1/me/password", Access::session},
    {"GET /api/v1/me/tokens", Access::session},
    {"POST /api/v1/me/tokens", Access::session},
    {"DELETE /api/v1/me/tokens/{tokenId}", Access::session},
    {"GET /api/v1/schedule", Access::user},
    {"PATCH /api/v1/schedule", Access::user},
    {"POST /api/v1/schedule/run", Access::user},
    {"GET /api/v1/monitor-kinds", Access::user},
    {"GET /api/v1/monitors", Access::user},
    {"POST /api/v1/monitors", Access::user},
    {"POST /api/v1/monitors/test", Access::user},
    {"GET /api/v1/monitors/{monitorId}", Access::user},
    {"PATCH /api/v1/monitors/{monitorId}", Access::user},
    {"DELETE /api/v1/monitors/{monitorId}", Access::user},
    {"POST /api/v1/monitors/{monitorId}/pause", Access::user},
    {"POST /api/v1/monitors/{monitorId}/resume", Access::user},
    {"POST /api/v1/monitors/{monitorId}/test", Access::user},
    {"GET /api/v1/monitors/{monitorId}/results", Access::user},
    {"GET /api/v1/rounds", Access::user},
    {"GET /api/v1/rounds/{roundId}", Access::user},
    {"GET /api/v1/incidents", Access::user},
    {"GET /api/v1/users", Access::admin},
    {"POST /api/v1/users", Access::admin},
    {"GET /api/v1/users/{userId}", Access::admin},
    {"PATCH /api/v1/users/{userId}", Access::admin},
    {"DELETE /api/v1/users/{userId}", Access::admin},
    {"POST /api/v1/users/{userId}/password", Access::admin_session},
    {"GET /api/v1/operations", Access::admin},
    {"GET /api/v1/operations/warnings", Access::admin},
    {"GET /api/v1/operations/queue/jobs", Access::admin},
    {"POST /api/v1/operations/queue/pause", Access::admin},
    {"POST /api/v1/operations/queue/resume", Access::admin},
    {"POST /api/v1/operations/queue/retry", Access::admin},
    {"POST /api/v1/operations/queue/clean", Access::admin},
    {"GET /api/v1/events", Access::user},
    {"GET /api/v1/openapi.json", Access::open},
    {"GET /healthz", Access::open},
    {"GET /readyz", Access::open},
};

std::string name_of(const Route& route) {
  return std::string(http::to_string(route.method)) + " " + std::string(route.pattern);
}

enum class Caller {
  anonymous,
  stale_session,
  unknown_token,
  read_token,
  write_token,
  session,
  admin_token,
  admin_session
};

bool is_admin(Caller caller) { return caller == Caller::admin_token || caller == Caller::admin_session; }

bool by_session(Caller caller) { return caller == Caller::session || caller == Caller::admin_session; }

// "" when the caller gets through to the handler, else the code of the refusal.
std::string expected_refusal(const std::string& route, Caller caller) {
  const Access access = kExpected.at(route);
  if (access == Access::open) return "";
  if (access == Access::cron) return "cron_secret_wrong";
  if (caller <= Caller::unknown_token) return "unauthorized";
  if ((access == Access::session || access == Access::admin_session) && !by_session(caller))
    return "session_required";
  if (caller == Caller::read_token && !route.starts_with("GET")) return "read_only_token";
  if ((access == Access::admin || access == Access::admin_session) && !is_admin(caller)) return "forbidden";
  return "";
}

class AccessTest : public testing::Test {
 protected:
  // Everything in the paths belongs to somebody else.
  AccessTest() {
    const auto stranger = server_.add_user("stranger@example.org");
    const auto monitor = server_.add_monitor(stranger.id, "theirs");
    const auto round = server_.record_round(stranger.id, up_finding());
    server_.add_token(stranger.id, true);
    const auto tokens = server_.store([id = stranger.id](store::Store& s) { return s.users().tokens(id); });
    ids_ = {{"{monitorId}", monitor.id},
            {"{roundId}", std::to_string(base::to_epoch_ms(round.slot))},
            {"{tokenId}", tokens.at(0).id},
            {"{userId}", stranger.id}};
    stranger_ = stranger;
  }

  // A new user each time, because some routes end his session.
  Client client(Caller caller) {
    const auto role = is_admin(caller) ? domain::Role::admin : domain::Role::user;
    const auto user = server_.add_user("caller" + std::to_string(++callers_) + "@example.org", role);
    Client client(server_);
    switch (caller) {
      case Caller::anonymous:
        return client;
      case Caller::stale_session:
        return client.with_session("no-longer-known");
      case Caller::unknown_token:
        return client.with_token("wb_never-known");
      case Caller::read_token:
        return client.with_token(server_.add_token(user.id, true));
      case Caller::write_token:
      case Caller::admin_token:
        return client.with_token(server_.add_token(user.id, false));
      case Caller::session:
      case Caller::admin_session:
        return client.with_session(server_.add_session(user.id));
    }
    return client;
  }

  Reply call(Client client, const std::string& route) {
    const auto space = route.find(' ');
    std::string path = route.substr(space + 1);
    for (const auto& [name, id] : ids_)
      if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), id);
    const std::string method = route.substr(0, space);
    return client.send(method, path,
                       method == "GET" || method == "DELETE" ? std::nullopt : std::optional("{}"));
  }

  ApiServer server_;
  std::map<std::string, std::string> ids_;
  domain::User stranger_;
  int callers_ = 0;
};

TEST(Routes, each_has_an_expectation_and_a_description) {
  std::set<std::string> routes, expected;
  for (const auto& route : all_routes()) {
    const auto name = name_of(route);
    EXPECT_TRUE(routes.insert(name).second) << name << " twice";
    if (kExpected.contains(name)) {
      EXPECT_EQ(kExpected.at(name), route.access) << name;
    }
  }
  for (const auto& [name, access] : kExpected) expected.insert(name);
  EXPECT_EQ(routes, expected);
  EXPECT_EQ(routes, Contract().operations());
}

// What the document tells clients about credentials is what the table enforces.
TEST(Routes, are_described_with_the_credentials_that_they_take) {
  const Contract contract;
  for (const auto& route : all_routes()) {
    std::string method(http::to_string(route.method));
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const auto& operation = contract.document()["paths"][std::string(route.pattern)][method];
    const auto& security =
        operation.contains("security") ? operation["security"] : contract.document()["security"];
    std::set<std::string> schemes;
    for (const auto& choice : security) schemes.insert(choice.begin().key());
    std::set<std::string> expected = {"session", "token"};
    if (route.access == Access::open) expected = {};
    if (route.access == Access::cron) expected = {"cronSecret"};
    if (route.access == Access::session || route.access == Access::admin_session) expected = {"session"};
    EXPECT_EQ(schemes, expected) << name_of(route);
    EXPECT_EQ(operation.contains("requestBody"), route.body != Body::none) << name_of(route);
  }
}

TEST_F(AccessTest, is_as_expected_for_every_route_and_caller) {
  for (const auto& [route, access] : kExpected) {
    for (const auto caller :
         {Caller::anonymous, Caller::stale_session, Caller::unknown_token, Caller::read_token,
          Caller::write_token, Caller::session, Caller::admin_token, Caller::admin_session}) {
      // Deleting him, and what is his, is right for an administrator; it is tried elsewhere.
      if (route == "DELETE /api/v1/users/{userId}" && is_admin(caller)) continue;
      const auto reply = call(client(caller), route);
      const auto refusal = expected_refusal(route, caller);
      SCOPED_TRACE(route + " caller " + std::to_string(static_cast<int>(caller)) + " got " + reply.raw.body);
      if (refusal.empty()) {
        EXPECT_TRUE(reply.status != 401 && reply.status != 403);
      } else {
        EXPECT_EQ(reply.code(), refusal);
        EXPECT_TRUE(reply.status == 401 || reply.status == 403);
      }
    }
  }
}

TEST_F(AccessTest, what_is_somebody_elses_looks_absent) {
  for (const auto& [route, access] : kExpected) {
    const bool names_an_object = route.find('{') != std::string::npos;
    if (!names_an_object || access == Access::admin || access == Access::admin_session) continue;
    for (const auto caller : {Caller::session, Caller::admin_session}) {
      const auto foreign = call(client(caller), route);
      auto saved = ids_;
      for (auto& [name, id] : ids_) id = name == "{roundId}" ? "1" : "00000000000000000000000000";
      const auto absent = call(client(caller), route);
      ids_ = saved;
      EXPECT_EQ(foreign.status, 404) << route;
      EXPECT_EQ(foreign.raw.body, absent.raw.body) << route;
    }
  }
  Client owner(server_);
  owner.with_session(server_.add_session(stranger_.id));
  EXPECT_EQ(owner.get("/api/v1/monitors").body["items"].size(), 1u) << "nothing of it was touched";
}

TEST_F(AccessTest, a_secret_in_the_address_is_not_looked_at) {
  const auto user = server_.add_user("query@example.org");
  const auto session = server_.add_session(user.id), token = server_.add_token(user.id, false);
  Client anonymous(server_);
  for (const std::string name : {"token", "session", "watchbill_session", "access_token", "secret"}) {
    EXPECT_EQ(anonymous.get("/api/v1/me?" + name + "=" + session).status, 401);
    EXPECT_EQ(anonymous.get("/api/v1/me?" + name + "=" + token).status, 401);
  }
}

TEST_F(AccessTest, writes_from_foreign_pages_are_refused_before_anything_else) {
  for (const auto& [route, access] : kExpected) {
    if (route.starts_with("GET") && access == Access::open) continue;
    const auto space = route.find(' ');
    for (const Headers& headers :
         {Headers{{"Origin", "https://evil.example"}}, Headers{{"Sec-Fetch-Site", "cross-site"}}}) {
      auto reply =
          client(Caller::admin_session).send(route.substr(0, space), route.substr(space + 1), "{}", headers);
      EXPECT_EQ(reply.status, 403) << route;
      EXPECT_EQ(reply.code(), "foreign_origin") << route;
    }
  }
}

}  // namespace
}  // namespace watchbill::api
