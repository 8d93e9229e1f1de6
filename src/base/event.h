// A condition that coroutines wait for.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>

#include "base/task.h"
#include "base/time.h"

namespace watchbill::base {

// Reactor thread only. notify() wakes everybody who waits at that moment and is not remembered: check the
// state that it speaks of before and after each wait.
class Event {
 public:
  explicit Event(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  void notify();

  // Until the next notify(), or until `at` if that comes first.
  Task<> wait_until(Monotonic at);
  Task<> wait() { return wait_until(Monotonic::max()); }

 private:
  asio::any_io_executor executor_;
  std::set<asio::steady_timer*> waiting_;
};

}  // namespace watchbill::base
