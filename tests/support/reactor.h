// Runs coroutines of a test on a reactor of its own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>

#include "base/task.h"

namespace watchbill::support {

class Reactor {
 public:
  boost::asio::io_context& context() { return context_; }
  auto executor() { return context_.get_executor(); }

  // Runs the reactor until `task` ended and gives its result or exception; other coroutines go on meanwhile.
  // A task that has not ended after `patience` fails the test instead of hanging it.
  template <class T>
  T run(base::Task<T> task, std::chrono::seconds patience = std::chrono::seconds(20)) {
    std::optional<T> result;
    drive(keep(std::move(task), result), patience);
    return std::move(*result);
  }
  void run(base::Task<> task, std::chrono::seconds patience = std::chrono::seconds(20)) {
    drive(std::move(task), patience);
  }

  // Lets everything that is ready run; does not wait for anything.
  void run_ready() {
    context_.restart();
    context_.poll();
  }

  // Runs until `condition` holds, looking after each step.
  void run_until(const std::function<bool()>& condition,
                 std::chrono::seconds patience = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    context_.restart();
    while (!condition())
      if (context_.run_one_until(end) == 0) throw std::runtime_error("the awaited did not happen");
  }

 private:
  template <class T>
  static base::Task<> keep(base::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  void drive(base::Task<> task, std::chrono::seconds patience) {
    std::optional<std::exception_ptr> ended;
    boost::asio::co_spawn(context_, std::move(task), [&ended](std::exception_ptr e) { ended = e; });
    run_until([&ended] { return ended.has_value(); }, patience);
    if (*ended) std::rethrow_exception(*ended);
  }

  boost::asio::io_context context_;
};

}  // namespace watchbill::support
