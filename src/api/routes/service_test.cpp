// Health, readiness, the document, and a database that is away.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

// Another process that does not let go of the database.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& file) {
    sqlite3_open(file.c_str(), &database_);
    if (sqlite3_exec(database_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error("cannot lock");
  }
  ~Lock() {
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(database_);
  }

 private:
  sqlite3* database_ = nullptr;
};

class ServiceTest : public testing::Test {
 protected:
  // What was found is said for a while.
  Reply readiness_turns(int status) {
    const auto until = std::chrono::steady_clock::now() + 10 * Readiness::kFresh;
    for (;;) {
      auto reply = client_.get("/readyz");
      if (reply.status == status || std::chrono::steady_clock::now() > until) return reply;
    }
  }

  ApiServer server_;
  Client client_{server_};
};

TEST_F(ServiceTest, is_healthy_and_ready) {
  EXPECT_EQ(client_.get("/healthz").body["status"], "ok");
  const auto ready = client_.get("/readyz");
  EXPECT_EQ(ready.status, 200);
  std::vector<std::string> names;
  for (const auto& check : ready.body["checks"]) names.push_back(check["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"database", "databaseWrite", "queue"}));
}

TEST_F(ServiceTest, is_degraded_while_the_queue_is_paused) {
  server_.on_queue([](auto& queue) { return queue.pause(); });
  const auto ready = client_.get("/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body["status"], "degraded");
  EXPECT_EQ(ready.body["checks"][2]["ok"], true);
  EXPECT_EQ(ready.body["checks"][2]["detail"], "paused: no jobs are taken");
}

TEST_F(ServiceTest, serves_its_description) {
  const auto reply = client_.get("/api/v1/openapi.json");
  EXPECT_EQ(reply.body["openapi"], "3.1.0");
}

TEST_F(ServiceTest, a_locked_database_is_503_and_nothing_is_lost) {
  const auto ada = server_.add_user("ada@example.org");
  client_.with_session(server_.add_session(ada.id));
  {
    const Lock lock(server_.database());
    const auto reply = client_.patch("/api/v1/schedule", {{"intervalMinutes", 60}});
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.code(), "database_unavailable");
    EXPECT_NE(reply.header("Retry-After"), "");
    EXPECT_EQ(reply.raw.body.find("SQL"), std::string::npos) << "no inner details";
    const auto ready = readiness_turns(503);
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.body["checks"][0]["ok"], false);
    EXPECT_EQ(client_.get("/healthz").status, 200);
  }
  EXPECT_EQ(client_.get("/api/v1/schedule").body["intervalMinutes"], 5);
  EXPECT_EQ(client_.patch("/api/v1/schedule", {{"intervalMinutes", 60}}).status, 200);
  EXPECT_EQ(readiness_turns(200).status, 200);
}

}  // namespace
}  // namespace watchbill::api
