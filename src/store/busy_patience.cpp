#include "store/busy_patience.h"

#include <algorithm>

namespace watchbill::store {

using base::Millis;

namespace {

// A process that writes without a pause leaves the lock free for microseconds at a time. SQLite's own wait
// sleeps up to 100 ms and hardly ever meets one of those gaps; with 5 ms one write in thirty met none within
// 5 s.
constexpr Millis kSleep{1};

// All calls share one thread. While somebody keeps the lock, each of a hundred callers waiting the full limit
// would answer the last of them after minutes: once one gave up, those after it only look whether it is over.
constexpr Millis kShortLimit{100};
constexpr Millis kStaysShort{2000};

}  // namespace

std::optional<Millis> BusyPatience::next_sleep(int tries, base::Monotonic now) {
  if (tries == 0) began_ = now;
  const bool gave_up_lately = gave_up_ && now - *gave_up_ < kStaysShort;
  const auto limit = gave_up_lately ? std::min(limit_, kShortLimit) : limit_;
  if (now - began_ >= limit) {
    gave_up_ = now;
    return std::nullopt;
  }
  return kSleep;
}

}  // namespace watchbill::store
