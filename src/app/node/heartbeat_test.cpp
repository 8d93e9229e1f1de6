#include "app/node/heartbeat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "tests/support/reactor.h"
#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;

class HeartbeatTest : public testing::Test {
 protected:
  static HeartbeatOptions options() {
    return {.instance = "machine-1",
            .role = "worker",
            .version = "0.1.0",
            .host = "machine",
            .concurrency = 3,
            .every = 1ms};
  }
  Heartbeat heartbeat(HeartbeatOptions options) {
    return Heartbeat(temp_.async(), clock_, reactor_.executor(), std::move(options),
                     [this] { return load_; });
  }
  std::vector<store::Process> processes() {
    auto work = [](store::Store& store) { return store.operations().processes(); };
    return reactor_.run(temp_.async().run(std::move(work)));
  }
  std::vector<store::Process> processes_when(const std::function<bool(const store::Process&)>& condition) {
    const auto patience = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      auto found = processes();
      if (!found.empty() && condition(found.front())) return found;
      if (std::chrono::steady_clock::now() > patience) throw std::runtime_error("the awaited did not happen");
    }
  }

  support::Reactor reactor_;
  base::SystemClock clock_;
  support::TempStore temp_{clock_};
  Heartbeat::Load load_{.running = 1, .done = 0};
};

TEST_F(HeartbeatTest, SaysAgainAndAgainWhatTheProcessDoes) {
  auto heart = heartbeat(options());
  reactor_.run(heart.start());
  const auto first = processes_when([](const auto&) { return true; }).front();
  EXPECT_EQ(first.instance, "machine-1");
  EXPECT_EQ(first.role, "worker");
  EXPECT_EQ(first.version, "0.1.0");
  EXPECT_EQ(first.host, "machine");
  EXPECT_EQ(first.pid, ::getpid());
  EXPECT_EQ(first.concurrency, 3);
  EXPECT_EQ(first.running, 1);
  load_ = {.running = 2, .done = 40};
  const auto later = processes_when([](const auto& process) { return process.window_rounds == 40; }).front();
  EXPECT_EQ(later.rounds_done, 40);
  EXPECT_EQ(later.running, 2);
  EXPECT_GT(later.rounds_per_second(), 0);
  EXPECT_EQ(later.started_at, first.started_at);
  EXPECT_GE(later.seen_at, first.seen_at);
  processes_when([](const auto& process) { return process.window_rounds == 0; });
  reactor_.run(heart.stop());
}

TEST_F(HeartbeatTest, TellsTheFirstRoundsTheRestAtTheEndAndNothingOfNone) {
  testing::internal::CaptureStderr();
  auto heart = heartbeat(options());
  reactor_.run(heart.start());
  processes_when([](const auto&) { return true; });
  load_ = {.running = 2, .done = 40};
  processes_when([](const auto& process) { return process.rounds_done == 40; });
  load_ = {.running = 0, .done = 45};
  processes_when([](const auto& process) { return process.rounds_done == 45; });
  reactor_.run(heart.stop());
  const auto log = testing::internal::GetCapturedStderr();
  std::vector<std::string> told;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);)
    if (const auto at = line.find("rounds done"); at != line.npos) told.push_back(line.substr(at));
  EXPECT_THAT(told,
              testing::ElementsAre("rounds done rounds=40 running=2", "rounds done rounds=5 running=0"));
}

TEST_F(HeartbeatTest, MarksTheEnd) {
  auto heart = heartbeat(options());
  reactor_.run(heart.start());
  EXPECT_EQ(processes_when([](const auto&) { return true; }).front().stopped_at, std::nullopt);
  reactor_.run(heart.stop());
  EXPECT_TRUE(processes().front().stopped_at);
  EXPECT_EQ(processes().front().running, 0);
  reactor_.run(heart.stop());
}

TEST_F(HeartbeatTest, ForgetsWhoWasNotSeenForLong) {
  temp_.store().operations().beat({.instance = "gone", .role = "worker"});
  auto eager = options();
  eager.forgotten_after = 1ms;
  eager.tidy_every = 0ms;
  auto heart = heartbeat(eager);
  reactor_.run(heart.start());
  const auto patience = std::chrono::steady_clock::now() + 20s;
  const auto is_there = [&] {
    for (const auto& process : processes())
      if (process.instance == "gone") return true;
    return false;
  };
  while (is_there()) ASSERT_LT(std::chrono::steady_clock::now(), patience);
  reactor_.run(heart.stop());
}

TEST_F(HeartbeatTest, StopsBeforeItsStartAndTwice) {
  auto heart = heartbeat(options());
  reactor_.run(heart.stop());
  EXPECT_TRUE(processes().empty());
}

}  // namespace
}  // namespace watchbill::app
