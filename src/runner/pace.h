// How fast rounds end.
#pragma once

#include <deque>

#include "base/time.h"

namespace watchbill::runner {

// Plain bookkeeping on the caller's clock; times never go back.
class Pace {
 public:
  explicit Pace(base::Millis window) : window_(window) {}

  void count(base::Monotonic now) {
    times_.push_back(now);
    forget(now);
  }

  // How many were counted within the window before `now`.
  std::size_t lately(base::Monotonic now) {
    forget(now);
    return times_.size();
  }

 private:
  void forget(base::Monotonic now) {
    while (!times_.empty() && times_.front() + window_ <= now) times_.pop_front();
  }

  const base::Millis window_;
  std::deque<base::Monotonic> times_;
};

}  // namespace watchbill::runner
