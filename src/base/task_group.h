// The owner of a service's coroutines: nothing it spawned outlives it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <string>

#include "base/event.h"
#include "base/task.h"

namespace watchbill::base {

// Reactor thread only. join() must have completed before destruction.
class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Runs `task` until it ends. An exception ends that task alone and is logged under `name`; after cancel(),
  // the cancellation itself is not.
  void spawn(std::string name, Task<> task);

  // Cancels what every running task waits for. Tasks spawned later are not affected. Only from what the
  // reactor runs: Asio hands a cancellation from elsewhere to a task that may have ended by then.
  void cancel();

  // Waits until no task runs. Does not cancel.
  Task<> join();

  std::size_t size() const { return running_.size(); }

 private:
  struct Running {
    std::string name;
    asio::cancellation_signal signal;
    bool cancelled = false;
  };

  void ended(std::list<Running>::iterator task, std::exception_ptr error);

  asio::any_io_executor executor_;
  std::list<Running> running_;
  Event empty_;
};

}  // namespace watchbill::base
