// trigger and health against a real node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/trigger.h"
#include "app/node/file_lock.h"
#include "app/testing/running_node.h"
#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;

constexpr auto kSecret = "a-secret-of-some-length";

class TriggerCommandTest : public testing::Test {
 protected:
  TriggerCommandTest() {
    config_.port = free_port();
    config_.cron_secret = kSecret;
    config_.dispatch_tick.reset();
    shell_.environment["PORT"] = std::to_string(config_.port);
    shell_.environment["CRON_SECRET"] = kSecret;
    shell_.environment["CRON_LOCK_PATH"] = (shell_.path() / "cron.lock").string();
    std::filesystem::create_directory(data());
  }

  std::filesystem::path data() const { return shell_.path() / "data"; }
  void start() { node_.emplace(data(), config_); }
  void add_users(int count) {
    for (int i = 1; i <= count; ++i) {
      shell_.run(fmt::format("user add user{}@example.org", i));
      shell_.run(fmt::format("schedule run user{}@example.org", i));
    }
  }

  Shell shell_;
  Config config_;
  std::optional<RunningNode> node_;
};

TEST_F(TriggerCommandTest, WithoutASecretItEndsWithTwo) {
  shell_.environment.erase("CRON_SECRET");
  const auto result = shell_.run("trigger");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no CRON_SECRET is set"));
}

TEST_F(TriggerCommandTest, WhenNobodyAnswersItEndsWithOne) {
  const auto result = shell_.run("trigger");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("`watchbill up` starts it"));
}

TEST_F(TriggerCommandTest, AWrongSecretEndsWithOne) {
  start();
  shell_.environment["CRON_SECRET"] = "another-secret-of-length";
  const auto result = shell_.run("trigger");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("401"));
}

TEST_F(TriggerCommandTest, DispatchesWhoIsDue) {
  start();
  EXPECT_EQ(shell_.run("trigger").out, "dispatched 0, 0 remaining\n");
  add_users(2);
  EXPECT_EQ(shell_.run("trigger").out, "dispatched 2, 0 remaining\n");
}

TEST_F(TriggerCommandTest, DrainCallsUntilNobodyIsLeft) {
  config_.dispatch_batch_size = 2;
  start();
  add_users(5);
  const auto drained = shell_.run("trigger --drain --json").json();
  EXPECT_EQ(drained["users"], 5);
  EXPECT_EQ(drained["calls"], 3);
  EXPECT_EQ(drained["data"]["remaining"], 0);
}

TEST_F(TriggerCommandTest, SyncAndDirectRunInTheCall) {
  start();
  add_users(2);
  EXPECT_EQ(shell_.run("trigger --sync").out, "ran 2: 2 ok, 0 failed\n");
  EXPECT_THAT(shell_.run("trigger --email user1@example.org").out, HasSubstr("user1@example.org: 0 checked"));
  EXPECT_EQ(shell_.run("trigger --email nobody@example.org").code, 1);
  EXPECT_EQ(shell_.run("trigger --email user1@example.org --sync").code, 2);
}

// Fifty users of four minutes each, one after the other, take longer than their claims are good for.
TEST(TriggerDeadline, OfSyncIsADayWhateverTheLockOfAUserIs) {
  Config config;
  config.dispatch_lock_ttl = std::chrono::minutes(2);
  EXPECT_EQ(trigger_deadline(config, true, false), std::chrono::hours(24));
  EXPECT_EQ(trigger_deadline(config, false, true), std::chrono::minutes(2));
  EXPECT_EQ(trigger_deadline(config, false, false), std::chrono::minutes(1));
}

TEST_F(TriggerCommandTest, SkipsWhileAnotherOneRuns) {
  const auto held = FileLock::try_take(shell_.path() / "cron.lock");
  const auto result = shell_.run("trigger");
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("skipped"));
  EXPECT_EQ(shell_.run("trigger --json").json()["skipped"], true);
}

TEST_F(TriggerCommandTest, HealthAsksTheServer) {
  EXPECT_EQ(shell_.run("health").code, 1);
  start();
  EXPECT_EQ(shell_.run("health").out, "ok\n");
  const auto ready = shell_.run("health --ready");
  EXPECT_EQ(ready.code, 0) << ready.err;
  EXPECT_THAT(ready.out, HasSubstr("database"));
  EXPECT_EQ(shell_.run("health --ready --json").json()["status"], "ok");
}

}  // namespace
}  // namespace watchbill::app
