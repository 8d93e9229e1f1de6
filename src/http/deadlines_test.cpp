#include "http/deadlines.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "base/task_group.h"

namespace watchbill::http {
namespace {

using namespace std::chrono_literals;

class DeadlinesTest : public testing::Test {
 protected:
  struct Entry final : Deadlines::Entry {
    Entry(DeadlinesTest& test, std::string name)
        : Deadlines::Entry(test.deadlines_), test(test), name(std::move(name)) {}
    void on_deadline() override {
      test.expired_.push_back(name);
      if (test.expired_.size() == test.wanted_)
        base::asio::post(test.reactor_, [this] { test.tasks_.cancel(); });
    }
    DeadlinesTest& test;
    const std::string name;
  };

  // Until so many deadlines have passed.
  void run_until(std::size_t wanted) {
    wanted_ = wanted;
    tasks_.spawn("deadlines", deadlines_.run());
    reactor_.run();
  }

  base::SystemClock clock_;
  base::asio::io_context reactor_;
  Deadlines deadlines_{reactor_.get_executor(), clock_};
  base::TaskGroup tasks_{reactor_.get_executor()};
  std::vector<std::string> expired_;
  std::size_t wanted_ = 0;
};

TEST_F(DeadlinesTest, pass_in_their_order) {
  Entry c(*this, "c"), a(*this, "a"), b(*this, "b"), never(*this, "never");
  c.expire_after(3ms);
  a.expire_after(1ms);
  b.expire_after(2ms);
  run_until(3);
  EXPECT_EQ(expired_, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(DeadlinesTest, may_move_and_go_away) {
  Entry moved(*this, "moved"), last(*this, "last"), lifted(*this, "lifted");
  std::optional<Entry> gone(std::in_place, *this, "gone");
  moved.expire_after(1ms);
  moved.expire_after(2ms);
  lifted.expire_after(1ms);
  lifted.never_expire();
  gone->expire_after(1ms);
  gone.reset();
  last.expire_after(3ms);
  run_until(2);
  EXPECT_EQ(expired_, (std::vector<std::string>{"moved", "last"}));
}

TEST_F(DeadlinesTest, set_while_another_is_awaited_are_kept) {
  Entry late(*this, "late"), soon(*this, "soon");
  late.expire_after(1h);
  base::asio::post(reactor_, [&] { base::asio::post(reactor_, [&] { soon.expire_after(1ms); }); });
  run_until(1);
  EXPECT_EQ(expired_, (std::vector<std::string>{"soon"}));
}

TEST_F(DeadlinesTest, pass_once) {
  Entry a(*this, "a"), b(*this, "b");
  a.expire_after(0ms);
  b.expire_after(2ms);
  run_until(2);
  EXPECT_EQ(expired_, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace watchbill::http
