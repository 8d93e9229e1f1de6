// Pauses between attempts to connect.
#pragma once

#include <random>

#include "base/time.h"

namespace watchbill::redis {

// Doubles from `min` to `max`; each pause is cut by up to a half at random, so that the clients of a server
// that comes back do not come all at once.
class Backoff {
 public:
  Backoff(base::Millis min, base::Millis max) : min_(min), max_(max), next_(min) {}

  base::Millis next() {
    std::uniform_real_distribution<double> part(0.5, 1.0);
    const base::Millis pause(
        static_cast<base::Millis::rep>(static_cast<double>(next_.count()) * part(random_)));
    next_ = std::min(max_, next_ * 2);
    return pause;
  }
  void reset() { next_ = min_; }

 private:
  base::Millis min_;
  base::Millis max_;
  base::Millis next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace watchbill::redis
