// A real server on a free port, run by a thread of its own, for tests.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <stdexcept>
#include <thread>

#include "base/time.h"
#include "http/server.h"

namespace watchbill::http {

class TestServer {
 public:
  TestServer(ServerOptions options, Handler handler)
      : server_(reactor_.get_executor(), clock_, std::move(options), std::move(handler), plain_error),
        thread_([this] { reactor_.run(); }) {
    try {
      run(server_.start());
    } catch (...) {
      end();
      throw;
    }
  }

  ~TestServer() {
    stop();
    end();
  }

  void stop() { run(server_.stop()); }

  // Runs a task on the reactor and waits for its end.
  void run(base::Task<> task) {
    base::asio::co_spawn(reactor_, std::move(task), base::asio::use_future).get();
  }

  // Calls `action` on the reactor and waits for its result.
  template <class Action>
  auto call(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    base::asio::post(reactor_, std::ref(task));
    return result.get();
  }

  Server::Stats stats() {
    return call([this] { return server_.stats(); });
  }

  // Until the counters say so; throws when they do not.
  template <class Condition>
  void wait_for(Condition condition) {
    wait_until([&] { return condition(server_.stats()); });
  }

  // Until `condition`, looked at on the reactor, holds; throws when it does not.
  template <class Condition>
  void wait_until(Condition condition) {
    const auto patience = clock_.monotonic_now() + std::chrono::seconds(20);
    while (!call([&] { return condition(); })) {
      if (clock_.monotonic_now() > patience)
        throw std::runtime_error("what a test waits for does not happen");
      std::this_thread::yield();
    }
  }

  std::uint16_t port() const { return server_.port(); }
  base::asio::any_io_executor executor() { return reactor_.get_executor(); }
  base::asio::io_context& reactor() { return reactor_; }

 private:
  void end() {
    work_.reset();
    thread_.join();
  }

  base::SystemClock clock_;
  base::asio::io_context reactor_;
  base::asio::executor_work_guard<base::asio::io_context::executor_type> work_{reactor_.get_executor()};
  Server server_;
  std::thread thread_;
};

// Answers with what it got: "POST /path 5 bytes from 127.0.0.1\n" and the body.
base::Task<Response> echo(Request& request);

}  // namespace watchbill::http
