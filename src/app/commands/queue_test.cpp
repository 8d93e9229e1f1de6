#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/testing/shell.h"
#include "tests/support/redis_server.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;

class QueueCommands : public testing::Test {
 protected:
  QueueCommands() {
    shell_.run("migrate deploy");
    shell_.environment["REDIS_URL"] = redis_.url();
  }

  nlohmann::json stats() { return shell_.run("queue stats --json").json()["queue"]; }

  support::RedisServer redis_;
  Shell shell_;
};

TEST_F(QueueCommands, StatsShowWhatIsThere) {
  EXPECT_EQ(stats()["counts"]["waiting"], 0);
  EXPECT_EQ(stats()["engine"], "bullmq");
  const auto shown = shell_.run("queue stats");
  EXPECT_EQ(shown.code, 0);
  EXPECT_THAT(shown.out, HasSubstr("working"));
}

TEST_F(QueueCommands, PauseAndResumeReachWhoeverWorksOnThatRedis) {
  EXPECT_EQ(shell_.run("queue pause").code, 0);
  EXPECT_EQ(stats()["paused"], true);
  EXPECT_EQ(redis_.ask("HGET", "bull:monitor-user-tasks:meta", "paused"), "1");
  EXPECT_EQ(shell_.run("queue resume --json").json()["queue"]["paused"], false);
  EXPECT_EQ(stats()["paused"], false);
}

TEST_F(QueueCommands, RetryAndCleanSayHowMany) {
  EXPECT_EQ(shell_.run("queue retry --json").json()["jobs"], 0);
  EXPECT_EQ(shell_.run("queue clean failed --older-than 60 --yes --json").json()["jobs"], 0);
  EXPECT_EQ(shell_.run("queue clean failed").code, 2) << "nobody is there to be asked";
  EXPECT_EQ(shell_.run("queue clean active --yes").code, 2);
  EXPECT_EQ(shell_.run("queue clean nothing --yes").code, 2);
}

TEST_F(QueueCommands, WithoutRedisTheQueueIsTheServersOwn) {
  shell_.environment.erase("REDIS_URL");
  const auto result = shell_.run("queue pause");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("REDIS_URL is not set"));
}

TEST_F(QueueCommands, ARedisThatIsAwayIsADependencyThatIsDown) {
  redis_.kill();
  const auto result = shell_.run("queue pause");
  EXPECT_EQ(result.code, 6);
  EXPECT_THAT(result.err, HasSubstr("the queue does not answer"));
}

}  // namespace
}  // namespace watchbill::app
