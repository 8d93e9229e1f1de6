// How long a statement waits for the lock of another process. Pure decisions.
#pragma once

#include <optional>

#include "base/time.h"

namespace watchbill::store {

// One connection's; one thread at a time.
class BusyPatience {
 public:
  // `limit`: the longest wait of one statement.
  explicit BusyPatience(base::Millis limit) : limit_(limit) {}

  // Asked each time the lock was found held, `tries` times before in this wait: how long to sleep before the
  // next try, nullopt to give up.
  std::optional<base::Millis> next_sleep(int tries, base::Monotonic now);

 private:
  const base::Millis limit_;
  base::Monotonic began_;                   // of this wait
  std::optional<base::Monotonic> gave_up_;  // last
};

}  // namespace watchbill::store
