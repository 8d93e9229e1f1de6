#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ScheduleCommands : public testing::Test {
 protected:
  ScheduleCommands() {
    shell_.run("migrate deploy");
    shell_.run("user add ada@example.org --interval 30");
  }

  nlohmann::json shown() { return shell_.run("schedule show ada@example.org --json").json(); }

  Shell shell_;
};

TEST_F(ScheduleCommands, SetChangesIntervalAndState) {
  const auto changed = shell_.run("schedule set ada@example.org --interval 15 --disable --json").json();
  EXPECT_EQ(changed["intervalMinutes"], 15);
  EXPECT_EQ(changed["enabled"], false);
  EXPECT_EQ(shown()["state"], "disabled");
  shell_.run("schedule set ada@example.org --enable");
  EXPECT_EQ(shown()["state"], "idle");
  EXPECT_EQ(shown()["intervalMinutes"], 15);
}

TEST_F(ScheduleCommands, SetRefusesNothingBothAndBadIntervals) {
  for (const auto* flags : {"", "--enable --disable", "--interval 0", "--interval 1441", "--interval 1.5"}) {
    EXPECT_EQ(shell_.run(std::string("schedule set ada@example.org ") + flags).code, 2) << flags;
  }
  EXPECT_EQ(shown()["intervalMinutes"], 30);
}

TEST_F(ScheduleCommands, RunMakesDueNow) {
  EXPECT_EQ(shell_.run("schedule run ada@example.org").code, 0);
  const auto explained = shell_.run("schedule explain ada@example.org --json").json();
  EXPECT_EQ(explained["standing"], "due");
}

TEST_F(ScheduleCommands, RunOfADisabledScheduleSaysWhatToDo) {
  shell_.run("schedule set ada@example.org --disable");
  const auto result = shell_.run("schedule run ada@example.org");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("schedule set ada@example.org --enable"));
}

TEST_F(ScheduleCommands, ListShowsEverybody) {
  EXPECT_THAT(shell_.run("schedule list").out, HasSubstr("ada@example.org"));
  EXPECT_EQ(shell_.run("schedule list --json").json()["items"][0]["email"], "ada@example.org");
  EXPECT_TRUE(shell_.run("schedule list --search bo --json").json()["items"].empty());
}

TEST_F(ScheduleCommands, ExplainKnowsAWorkerThatIsNotSeenAnyMore) {
  const auto user = shown()["userId"].get<std::string>();
  for (const auto* worker : {"worker-gone", "worker-gone-queue"}) {
    {
      const base::ManualClock then(shell_.clock.now() - 40s);
      store::Store store({shell_.environment.at("DATABASE_URL"), &then});
      store.operations().beat({.instance = "gone", .role = "worker"});
      store.schedules().claim_and_start(
          {.user_id = user, .worker = worker, .lease = 10min, .only_if_due = false});
    }
    const auto explain = [this] { return shell_.run("schedule explain ada@example.org").out; };
    EXPECT_THAT(explain(), HasSubstr(std::string(worker) + " began a round, but has not been seen since"));
    store::Store store({shell_.environment.at("DATABASE_URL"), &shell_.clock});
    store.operations().beat({.instance = "gone", .role = "worker"});
    EXPECT_THAT(explain(), HasSubstr("A round is running"));
    store.schedules().release_held_by({worker});
  }
}

TEST_F(ScheduleCommands, ExplainSpeaksInSentences) {
  const auto text = shell_.run("schedule explain ada@example.org").out;
  EXPECT_THAT(text, HasSubstr("Not due yet"));
  EXPECT_THAT(text, HasSubstr("The interval is 30 min."));
  EXPECT_THAT(text, HasSubstr("No round was run yet."));
  EXPECT_THAT(shell_.run("schedule explain ada@example.org --lang zh").out, HasSubstr("尚未到期"));
}

}  // namespace
}  // namespace watchbill::app
