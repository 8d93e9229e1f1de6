#include "base/task_group.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace watchbill::base {
namespace {

class TaskGroupTest : public testing::Test {
 protected:
  void run() { reactor_.run(); }
  void join() {
    asio::co_spawn(reactor_, group_.join(), [this](std::exception_ptr) { joined_ = true; });
  }

  asio::io_context reactor_;
  TaskGroup group_{reactor_.get_executor()};
  Event event_{reactor_.get_executor()};
  bool joined_ = false;
  int done_ = 0;
};

Task<> wait_for(Event& event, int& done) {
  co_await event.wait();
  ++done;
}

Task<> fail() {
  throw std::runtime_error("broken");
  co_return;
}

TEST_F(TaskGroupTest, join_waits_for_every_task) {
  group_.spawn("a", wait_for(event_, done_));
  group_.spawn("b", wait_for(event_, done_));
  join();
  asio::post(reactor_, [this] { event_.notify(); });
  run();
  EXPECT_EQ(done_, 2);
  EXPECT_TRUE(joined_);
}

TEST_F(TaskGroupTest, join_of_an_empty_group_returns_at_once) {
  join();
  run();
  EXPECT_TRUE(joined_);
}

TEST_F(TaskGroupTest, cancel_ends_tasks_that_wait) {
  group_.spawn("a", wait_for(event_, done_));
  group_.spawn("b", wait_for(event_, done_));
  join();
  asio::post(reactor_, [this] { group_.cancel(); });
  run();
  EXPECT_EQ(done_, 0);
  EXPECT_EQ(group_.size(), 0u);
  EXPECT_TRUE(joined_);
}

TEST_F(TaskGroupTest, an_exception_ends_its_own_task_only) {
  group_.spawn("broken", fail());
  group_.spawn("fine", wait_for(event_, done_));
  asio::post(reactor_, [this] { asio::post(reactor_, [this] { event_.notify(); }); });
  run();
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(group_.size(), 0u);
}

Task<> sleep_then(Event& wake, Monotonic at, bool& woke) {
  co_await wake.wait_until(at);
  woke = true;
}

TEST_F(TaskGroupTest, wait_until_ends_at_its_deadline) {
  bool woke = false;
  group_.spawn("sleeper", sleep_then(event_, SystemClock().monotonic_now() + Millis(1), woke));
  run();
  EXPECT_TRUE(woke);
}

TEST_F(TaskGroupTest, wait_until_ends_at_a_notification) {
  bool woke = false;
  group_.spawn("sleeper", sleep_then(event_, SystemClock().monotonic_now() + std::chrono::hours(1), woke));
  asio::post(reactor_, [this] { asio::post(reactor_, [this] { event_.notify(); }); });
  run();
  EXPECT_TRUE(woke);
}

TEST_F(TaskGroupTest, a_cancelled_sleeper_never_wakes) {
  bool woke = false;
  group_.spawn("sleeper", sleep_then(event_, SystemClock().monotonic_now() + std::chrono::hours(1), woke));
  asio::post(reactor_, [this] { group_.cancel(); });
  testing::internal::CaptureStderr();
  run();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "a cancellation is no failure";
  EXPECT_FALSE(woke);
  EXPECT_EQ(group_.size(), 0u);
}

}  // namespace
}  // namespace watchbill::base
