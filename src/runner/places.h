// How many rounds from the queue run at once, and when a slow one makes room for the next.
#pragma once

#include <list>

#include "base/time.h"

namespace watchbill::runner {

// A round takes a place while it is new. One that lasts longer than `patience` waits for slow targets, which
// costs nothing but memory: it gives its place to the next round, so that a few users with dead targets
// cannot stop everybody else. Plain bookkeeping on the caller's clock; times never go back.
class Places {
 public:
  struct Limits {
    std::size_t count;      // new rounds at once
    base::Millis patience;  // how long a round is new
    std::size_t most_slow;  // rounds beyond `count` that may still be running
  };

  struct Entry {
    base::Monotonic since;
    bool slow = false;
  };
  using Place = std::list<Entry>::iterator;

  explicit Places(const Limits& limits) : limits_(limits) {}

  Place take(base::Monotonic now);
  void give_back(Place place);

  // How many rounds may begin now.
  std::size_t free(base::Monotonic now);

  // When the next round turns slow; max() when none will.
  base::Monotonic next_slow() const;

 private:
  const Limits limits_;
  std::list<Entry> new_, slow_;  // each in the order of its times
};

}  // namespace watchbill::runner
