#include "base/pool.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <thread>

namespace watchbill::base {
namespace {

struct Seen {
  std::thread::id worker, resumed;
  int value = 0;
  std::string error;
};

Task<> use(Pool& pool, Seen& seen) {
  seen.value = co_await pool.run([&seen] {
    seen.worker = std::this_thread::get_id();
    return 42;
  });
  seen.resumed = std::this_thread::get_id();
  try {
    co_await pool.run([] { throw std::runtime_error("broken"); });
  } catch (const std::exception& e) {
    seen.error = e.what();
  }
}

TEST(Pool, runs_elsewhere_and_resumes_at_home) {
  asio::io_context reactor;
  Pool pool(1);
  Seen seen;
  std::exception_ptr failure;
  asio::co_spawn(reactor, use(pool, seen), [&](std::exception_ptr e) { failure = e; });
  reactor.run();
  EXPECT_FALSE(failure);
  EXPECT_EQ(seen.value, 42);
  EXPECT_NE(seen.worker, std::this_thread::get_id());
  EXPECT_EQ(seen.resumed, std::this_thread::get_id());
  EXPECT_EQ(seen.error, "broken");
}

Task<> tell(Pool& pool, std::promise<void>& told) {
  co_await pool.run([] {});
  told.set_value();
}

Task<> listen(Pool& pool, std::future<void> told, bool& heard) {
  heard = co_await pool.run(
      [&told] { return told.wait_for(std::chrono::seconds(5)) == std::future_status::ready; });
}

TEST(Pool, a_result_comes_before_what_was_queued_behind_it_is_done) {
  asio::io_context reactor;
  Pool pool(1);
  std::promise<void> told;
  bool heard = false;
  asio::co_spawn(reactor, tell(pool, told), [](std::exception_ptr) {});
  asio::co_spawn(reactor, listen(pool, told.get_future(), heard), [](std::exception_ptr) {});
  reactor.run();
  EXPECT_TRUE(heard);
}

}  // namespace
}  // namespace watchbill::base
