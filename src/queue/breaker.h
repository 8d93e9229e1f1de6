// Whether the queue can be relied on: decides, does nothing.
#pragma once

#include <optional>

#include "base/time.h"

namespace watchbill::queue {

struct BreakerOptions {
  base::Millis recovery{5000};  // healthy for so long without a break, and the queue is believed again
  base::Millis longest_recovery{300'000};
  int failures = 2;  // checks that fail one after the other, until it is not
};

class Breaker {
 public:
  explicit Breaker(BreakerOptions options) : options_(options), recovery_(options.recovery) {}

  // Each returns whether that changed is_open().
  bool check_succeeded(base::Monotonic now);
  bool check_failed();
  // A command that somebody needed: no second one is risked. Soon after the queue was believed again the
  // checks do not see what is wrong: each time they have to be good for twice as long.
  bool command_failed(base::Monotonic now);

  // The queue is not to be used.
  bool is_open() const { return open_; }

 private:
  bool open();

  const BreakerOptions options_;
  bool open_ = false;
  int failed_ = 0;  // one after the other
  bool healthy_ = false;
  base::Monotonic healthy_since_{};
  base::Millis recovery_;
  std::optional<base::Monotonic> closed_at_;
};

}  // namespace watchbill::queue
