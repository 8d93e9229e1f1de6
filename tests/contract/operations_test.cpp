// What operators look at.
#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OperationsTest : public StoreContract {
 protected:
  store::Operations& operations() { return store().operations(); }

  static store::ProcessBeat beat_of(const std::string& instance) {
    return {.instance = instance,
            .role = "worker",
            .version = "0.1.0",
            .host = "machine",
            .pid = 4'000'000'000,
            .concurrency = 2,
            .running = 1,
            .rounds_done = 30,
            .window_rounds = 5,
            .window = 10s};
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& process : operations().processes()) names.push_back(process.instance);
    return names;
  }
  // A round that starts that long after its slot.
  void run_late(const domain::UserId& user, base::Millis late) {
    set_slot(user, now() - late);
    finish(start_one());
  }
};
WATCHBILL_ON_EVERY_ENGINE(OperationsTest);

TEST_P(OperationsTest, a_process_is_there_as_it_said_of_itself_last) {
  auto beat = beat_of("a");
  const auto began = now();
  EXPECT_EQ(operations().beat(beat), began);
  beat.started_at = began;
  clock_.advance(10s);
  beat.rounds_done = 31;
  EXPECT_EQ(operations().beat(beat), began + 10s);
  const auto processes = operations().processes();
  ASSERT_EQ(processes.size(), 1u);
  const auto& process = processes[0];
  EXPECT_EQ(process.instance, "a");
  EXPECT_EQ(process.role, "worker");
  EXPECT_EQ(process.version, "0.1.0");
  EXPECT_EQ(process.host, "machine");
  EXPECT_EQ(process.pid, 4'000'000'000);
  EXPECT_EQ(process.started_at, began);
  EXPECT_EQ(process.seen_at, began + 10s);
  EXPECT_EQ(process.stopped_at, std::nullopt);
  EXPECT_EQ(process.concurrency, 2);
  EXPECT_EQ(process.running, 1);
  EXPECT_EQ(process.rounds_done, 31);
  EXPECT_EQ(process.window, 10s);
  EXPECT_DOUBLE_EQ(process.rounds_per_second(), 0.5);
}

TEST_P(OperationsTest, a_process_that_ended_says_so_until_it_begins_again) {
  const auto began = operations().beat(beat_of("a"));
  operations().beat(beat_of("b"));
  clock_.advance(1s);
  operations().end("a", began);
  EXPECT_THAT(names(), ElementsAre("b", "a"));
  const auto ended = operations().processes().back();
  EXPECT_EQ(ended.stopped_at, began + 1s);
  EXPECT_EQ(ended.seen_at, began + 1s);
  EXPECT_EQ(ended.running, 0);
  clock_.advance(1s);
  operations().beat(beat_of("a"));
  EXPECT_EQ(operations().processes().front().stopped_at, std::nullopt);
  EXPECT_EQ(operations().processes().front().started_at, began + 2s);
}

TEST_P(OperationsTest, the_end_of_a_process_is_not_that_of_its_successor) {
  const auto began = operations().beat(beat_of("a"));
  clock_.advance(1s);
  operations().beat(beat_of("a"));
  operations().end("a", began);
  EXPECT_EQ(operations().processes().front().stopped_at, std::nullopt);
}

TEST_P(OperationsTest, what_was_not_seen_for_long_is_removed) {
  operations().beat(beat_of("old"));
  clock_.advance(1s);
  operations().beat(beat_of("new"));
  EXPECT_EQ(operations().remove_processes_unseen_since(now()), 1);
  EXPECT_THAT(names(), ElementsAre("new"));
  EXPECT_EQ(operations().remove_processes_unseen_since(now()), 0);
}

TEST_P(OperationsTest, lists_the_last_dispatches_the_newest_first) {
  EXPECT_THAT(operations().dispatches(10), IsEmpty());
  for (std::int64_t claimed = 1; claimed <= 3; ++claimed) {
    users().log_dispatch({"cron", "dispatch", claimed, 4, 5ms, claimed == 3 ? "trouble" : ""});
    clock_.advance(1s);
  }
  const auto entries = operations().dispatches(2);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].at, now() - 1s);
  EXPECT_EQ(entries[0].source, "cron");
  EXPECT_EQ(entries[0].mode, "dispatch");
  EXPECT_EQ(entries[0].claimed, 3);
  EXPECT_EQ(entries[0].remaining, 4);
  EXPECT_EQ(entries[0].duration, 5ms);
  EXPECT_EQ(entries[0].error, "trouble");
  EXPECT_EQ(entries[1].claimed, 2);
}

TEST_P(OperationsTest, lateness_is_that_of_the_rounds_that_started_lately) {
  EXPECT_EQ(operations().lateness(15min).rounds, 0);
  EXPECT_EQ(operations().lateness(15min).max, 0ms);
  const auto anna = add_due_user("anna");
  run_late(anna, 1h);
  clock_.advance(15min + 1ms);
  for (int i = 1; i <= 100; ++i) {
    run_late(anna, i * 10ms);
    clock_.advance(1s);
  }
  const auto lateness = operations().lateness(15min);
  EXPECT_EQ(lateness.rounds, 100);
  EXPECT_TRUE(lateness.all);
  EXPECT_EQ(lateness.p50, 500ms);
  EXPECT_EQ(lateness.p95, 950ms);
  EXPECT_EQ(lateness.max, 1000ms);
  const auto last = operations().lateness(15min, 10);
  EXPECT_EQ(last.rounds, 10);
  EXPECT_FALSE(last.all);
  EXPECT_EQ(last.p50, 950ms);
}

}  // namespace
}  // namespace watchbill::contract
