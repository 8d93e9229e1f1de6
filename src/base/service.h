// How everything with a life of its own starts and stops.
#pragma once

#include "base/task.h"

namespace watchbill::base {

// Contract for every implementation, all calls on the reactor thread:
// - start() once; it returns when the service is ready, or throws and leaves nothing running;
// - stop() waits until nothing of the service runs any more;
// - stop() before start() and a second stop() do nothing.
class Service {
 public:
  virtual ~Service() = default;
  virtual Task<> start() = 0;
  virtual Task<> stop() = 0;
};

}  // namespace watchbill::base
