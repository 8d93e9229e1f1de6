#include "base/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cassert>

#include "base/log.h"

namespace watchbill::base {

TaskGroup::TaskGroup(asio::any_io_executor executor) : executor_(executor), empty_(std::move(executor)) {}

TaskGroup::~TaskGroup() { assert(running_.empty() && "join() before the group is destroyed"); }

void TaskGroup::spawn(std::string name, Task<> task) {
  const auto entry = running_.emplace(running_.end());
  entry->name = std::move(name);
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(
                     entry->signal.slot(), [this, entry](std::exception_ptr error) { ended(entry, error); }));
}

void TaskGroup::cancel() {
  // A task may end, and its entry vanish, while the signal is emitted.
  for (auto next = running_.begin(); next != running_.end();) {
    auto& task = *next++;
    task.cancelled = true;
    task.signal.emit(asio::cancellation_type::terminal);
  }
}

Task<> TaskGroup::join() {
  while (!running_.empty()) co_await empty_.wait();
}

void TaskGroup::ended(std::list<Running>::iterator task, std::exception_ptr error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    if (!task->cancelled || e.code() != asio::error::operation_aborted)
      log::error("task failed", {{"task", task->name}, {"error", e.what()}});
  } catch (const std::exception& e) {
    log::error("task failed", {{"task", task->name}, {"error", e.what()}});
  }
  running_.erase(task);
  if (running_.empty()) empty_.notify();
}

}  // namespace watchbill::base
