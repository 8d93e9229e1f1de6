#include <gtest/gtest.h>
#include <sqlite3.h>

#include "api/testing/client.h"

namespace watchbill::api {
namespace {

using nlohmann::json;

class OperationsTest : public testing::Test {
 protected:
  OperationsTest() {
    root_ = server_.add_user("root@example.org", domain::Role::admin);
    admin_.with_session(server_.add_session(root_.id));
  }
  json look() { return admin_.get("/api/v1/operations").body; }
  std::string warnings() {
    std::string codes;
    const auto list = admin_.get("/api/v1/operations/warnings").body;
    for (const auto& warning : list["items"])
      codes += (codes.empty() ? "" : " ") + warning["code"].get<std::string>();
    return codes;
  }
  Reply act(const std::string& action) { return admin_.post("/api/v1/operations/queue/" + action); }
  json jobs(const std::string& query) { return admin_.get("/api/v1/operations/queue/jobs?" + query).body; }
  void queue_job(const std::string& user) {
    queue::RoundJob job{
        .user_id = user, .user_email = user + "@example.org", .slot = base::Timestamp(), .fence = 1};
    server_.on_queue([&job](queue::InProcessQueue& queue) {
      std::vector<queue::RoundJob> jobs = {job};
      return queue.add(std::move(jobs));
    });
  }
  // Takes the next job, and says that it has failed.
  void fail_next() {
    server_.on_queue([](queue::InProcessQueue& queue) { return take_and_fail(queue); });
  }
  // The actions that were written down, the oldest first.
  std::vector<std::string> audited() {
    std::vector<std::string> actions;
    sqlite3* database = nullptr;
    sqlite3_open(server_.database().c_str(), &database);
    const auto add = [](void* list, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(list)->push_back(values[0]);
      return 0;
    };
    sqlite3_exec(database, "SELECT action FROM MonitorAuditLog ORDER BY id", add, &actions, nullptr);
    sqlite3_close(database);
    return actions;
  }

  ApiServer server_;
  Client admin_{server_};
  domain::User root_;

 private:
  static base::Task<> take_and_fail(queue::InProcessQueue& queue) {
    const auto taken = co_await queue.take(1);
    std::vector<queue::Settlement> settlements;
    settlements.push_back({taken.at(0).id, queue::Settlement::Kind::failed, "the target ate it"});
    co_await queue.settle(std::move(settlements));
  }
};

TEST_F(OperationsTest, an_idle_queue_is_shown_as_it_is) {
  const auto seen = look();
  EXPECT_EQ(seen["queue"]["engine"], "in_process");
  EXPECT_EQ(seen["queue"]["reachable"], true);
  EXPECT_EQ(seen["queue"]["paused"], false);
  EXPECT_EQ(seen["queue"]["counts"]["waiting"], 0);
  EXPECT_EQ(seen["queue"]["consumers"], nullptr);
  EXPECT_EQ(seen["processes"], json::array());
  EXPECT_EQ(seen["lateness"]["rounds"], 0);
  EXPECT_EQ(seen["lateness"]["p95Ms"], nullptr);
  EXPECT_EQ(seen["warnings"], json::array());
}

TEST_F(OperationsTest, processes_are_alive_while_they_are_seen) {
  server_.store([](store::Store& store) {
    store.operations().beat({.instance = "machine-1",
                             .role = "worker",
                             .version = "0.1.0",
                             .host = "machine",
                             .pid = 4711,
                             .concurrency = 2,
                             .running = 1,
                             .rounds_done = 7,
                             .window_rounds = 1,
                             .window = base::Millis(3000)});
  });
  const auto process = look()["processes"][0];
  EXPECT_EQ(process["instance"], "machine-1");
  EXPECT_EQ(process["role"], "worker");
  EXPECT_EQ(process["pid"], 4711);
  EXPECT_EQ(process["state"], "alive");
  EXPECT_EQ(process["concurrency"], 2);
  EXPECT_EQ(process["running"], 1);
  EXPECT_EQ(process["roundsDone"], 7);
  EXPECT_EQ(process["roundsPerSecond"], 0.33);
  EXPECT_EQ(process["stoppedAt"], nullptr);
  server_.clock().put_forward(std::chrono::seconds(31));
  const auto lost = look()["processes"][0];
  EXPECT_EQ(lost["state"], "lost");
  EXPECT_EQ(lost["running"], 0) << "nobody knows";
}

TEST_F(OperationsTest, jobs_that_nobody_takes_are_warned_of) {
  EXPECT_EQ(warnings(), "");
  queue_job("ada");
  EXPECT_EQ(warnings(), "no_consumer");
  EXPECT_EQ(look()["warnings"][0]["code"], "no_consumer");
  server_.store([](store::Store& store) {
    store.operations().beat({.instance = "machine-1", .role = "worker", .concurrency = 2});
  });
  EXPECT_EQ(warnings(), "");
}

TEST_F(OperationsTest, a_cron_that_nobody_hears_is_warned_of) {
  server_.call([&] { server_.dispatching.cron_silent = true; });
  EXPECT_EQ(warnings(), "cron_silent");
  server_.store([](store::Store& store) {
    store.users().log_dispatch({"cron", "dispatch", 0, 0, base::Millis(5), ""});
  });
  EXPECT_EQ(warnings(), "") << "another process was called";
}

TEST_F(OperationsTest, dispatches_and_lateness_are_those_of_all_users) {
  server_.store([](store::Store& store) {
    store.users().log_dispatch({"ticker", "dispatch", 3, 4, base::Millis(5), ""});
  });
  server_.record_round(server_.add_user("ada@example.org").id, up_finding());
  const auto seen = look();
  EXPECT_EQ(seen["dispatches"][0]["source"], "ticker");
  EXPECT_EQ(seen["dispatches"][0]["claimed"], 3);
  EXPECT_EQ(seen["dispatches"][0]["remaining"], 4);
  EXPECT_EQ(seen["dispatches"][0]["durationMs"], 5);
  EXPECT_EQ(seen["dispatches"][0]["error"], nullptr);
  EXPECT_EQ(seen["lateness"]["rounds"], 1);
  EXPECT_GE(seen["lateness"]["maxMs"], 0);
  EXPECT_EQ(seen["lateness"]["windowMs"], 900'000);
}

TEST_F(OperationsTest, the_queue_is_paused_and_resumed_and_it_is_written_down_who_did_it) {
  EXPECT_EQ(act("pause").body["queue"]["paused"], true);
  EXPECT_EQ(look()["queue"]["paused"], true);
  EXPECT_EQ(warnings(), "paused");
  EXPECT_EQ(act("resume").body["queue"]["paused"], false);
  EXPECT_EQ(warnings(), "");
  EXPECT_EQ(audited(), (std::vector<std::string>{"queue.pause", "queue.resume"}));
}

TEST_F(OperationsTest, jobs_are_listed_by_pages) {
  for (const char* user : {"ada", "bob", "cyd"}) queue_job(user);
  const auto first = jobs("state=waiting&limit=2");
  ASSERT_EQ(first["items"].size(), 2u);
  EXPECT_EQ(first["items"][0]["id"], "monitor-ada-1");
  EXPECT_EQ(first["items"][0]["userId"], "ada");
  EXPECT_EQ(first["items"][0]["email"], "ada@example.org");
  EXPECT_EQ(first["items"][0]["startedAt"], nullptr);
  const auto second = jobs("state=waiting&limit=2&cursor=" + first["nextCursor"].get<std::string>());
  ASSERT_EQ(second["items"].size(), 1u);
  EXPECT_EQ(second["items"][0]["userId"], "cyd");
  EXPECT_EQ(second["nextCursor"], nullptr);
  EXPECT_EQ(jobs("")["items"].size(), 3u) << "waiting ones, unless it is said";
  EXPECT_EQ(admin_.get("/api/v1/operations/queue/jobs?state=lost&cursor=x").fields(),
            "state:not_allowed cursor:format");
}

TEST_F(OperationsTest, failed_jobs_say_why_and_may_be_retried) {
  queue_job("ada");
  fail_next();
  EXPECT_EQ(jobs("state=failed")["items"][0]["reason"], "the target ate it");
  const auto reply = act("retry");
  EXPECT_EQ(reply.body["jobs"], 1);
  EXPECT_EQ(reply.body["queue"]["counts"]["waiting"], 1);
  EXPECT_EQ(reply.body["queue"]["counts"]["failed"], 0);
  EXPECT_EQ(audited(), std::vector<std::string>{"queue.retry"});
}

TEST_F(OperationsTest, jobs_are_removed_by_state_and_age) {
  queue_job("ada");
  fail_next();
  const auto clean = [&](const json& body) { return admin_.post("/api/v1/operations/queue/clean", body); };
  EXPECT_EQ(clean({{"state", "failed"}, {"olderThanMs", 60'000}}).body["jobs"], 0);
  EXPECT_EQ(clean({{"state", "failed"}}).body["jobs"], 1);
  EXPECT_EQ(jobs("state=failed")["items"].size(), 0u);
  EXPECT_EQ(audited(), (std::vector<std::string>{"queue.clean", "queue.clean"}));
  EXPECT_EQ(clean({{"state", "active"}, {"olderThanMs", -1}, {"all", true}}).fields(),
            "state:not_allowed olderThanMs:range all:unknown_field");
  EXPECT_EQ(clean(json::object()).fields(), "state:required");
}

}  // namespace
}  // namespace watchbill::api
