// Ends a test's coroutines.
#pragma once

#include "base/task_group.h"

namespace watchbill::probe::testing {

// To be run on the reactor: Asio delivers a cancellation from outside later, perhaps when the coroutine is
// gone.
inline base::Task<> stop(base::TaskGroup& tasks) {
  tasks.cancel();
  co_await tasks.join();
}

}  // namespace watchbill::probe::testing
