// A timer that tells a limit that is over from a machine that did not run.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "base/task.h"
#include "base/time.h"

namespace watchbill::probe {

// Reactor thread only. One coroutine waits.
class Alarm {
 public:
  Alarm(base::asio::any_io_executor executor, const base::Clock& clock) : timer_(executor), clock_(clock) {}

  // Ends then, or at ring(). Throws operation_aborted when its coroutine is cancelled.
  base::Task<> at(base::Monotonic time);
  void ring();

  // For how long, during all at() so far, the machine was suspended, the process stopped or the reactor
  // blocked; nullopt: never for longer than a busy machine may take.
  std::optional<base::Millis> overslept() const { return overslept_; }

 private:
  base::asio::steady_timer timer_;
  const base::Clock& clock_;
  std::optional<base::Millis> overslept_;
  bool rung_ = false;
};

}  // namespace watchbill::probe
