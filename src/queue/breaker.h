// Whether the queue can be relied on: decides, does nothing.
#pragma once

#include "base/time.h"

namespace watchbill::queue {

struct BreakerOptions {
  base::Millis recovery{5000};  // healthy for so long without a break, and the queue is believed again
  int failures = 2;             // checks that fail one after the other, until it is not
};

class Breaker {
 public:
  explicit Breaker(BreakerOptions options) : options_(options) {}

  // Each returns whether that changed is_open().
  bool check_succeeded(base::Monotonic now);
  bool check_failed();
  // A command that somebody needed: no second one is risked.
  bool command_failed();

  // The queue is not to be used.
  bool is_open() const { return open_; }

 private:
  bool open();

  const BreakerOptions options_;
  bool open_ = false;
  int failed_ = 0;  // one after the other
  bool healthy_ = false;
  base::Monotonic healthy_since_{};
};

}  // namespace watchbill::queue
