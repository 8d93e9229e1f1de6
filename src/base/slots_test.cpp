#include "base/slots.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <vector>

#include "base/task_group.h"

namespace watchbill::base {
namespace {

class SlotsTest : public testing::Test {
 protected:
  Task<> take(int who) {
    auto slot = co_await slots_.acquire();
    served_.push_back(who);
    held_.push_back(std::move(slot));
  }
  void ask(int who) {
    tasks_.spawn("asks", take(who));
    run();
  }
  void give_one_back() {
    held_.erase(held_.begin());
    run();
  }
  void run() {
    context_.restart();
    context_.poll();
  }
  void on_reactor(std::function<void()> action) {
    asio::post(context_, std::move(action));
    run();
  }
  ~SlotsTest() override {
    on_reactor([this] { tasks_.cancel(); });
    held_.clear();
  }

  asio::io_context context_{1};
  Slots slots_{context_.get_executor(), 2};
  TaskGroup tasks_{context_.get_executor()};
  std::vector<int> served_;
  std::vector<Slots::Slot> held_;
};

TEST_F(SlotsTest, are_handed_out_up_to_their_number) {
  for (int who = 1; who <= 3; ++who) ask(who);
  EXPECT_EQ(served_, (std::vector<int>{1, 2}));
}

TEST_F(SlotsTest, who_came_first_is_served_first_and_nobody_jumps_the_queue) {
  for (int who = 1; who <= 4; ++who) ask(who);
  held_.erase(held_.begin());  // nobody has run since
  tasks_.spawn("asks", take(5));
  run();
  EXPECT_EQ(served_, (std::vector<int>{1, 2, 3}));
  give_one_back();
  give_one_back();
  EXPECT_EQ(served_, (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST_F(SlotsTest, whoever_waits_no_longer_takes_no_slot) {
  for (int who = 1; who <= 3; ++who) ask(who);
  on_reactor([this] { tasks_.cancel(); });
  ask(4);
  give_one_back();
  EXPECT_EQ(served_, (std::vector<int>{1, 2, 4}));
}

TEST_F(SlotsTest, a_slot_handed_to_a_cancelled_waiter_goes_on_to_the_next) {
  for (int who = 1; who <= 3; ++who) ask(who);
  on_reactor([this] {
    held_.erase(held_.begin());  // handed to 3, who has not run yet
    tasks_.cancel();
  });
  ask(4);
  EXPECT_EQ(served_, (std::vector<int>{1, 2, 4}));
}

}  // namespace
}  // namespace watchbill::base
