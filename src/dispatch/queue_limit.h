// How deep the queue may get before claims stop. A pure decision.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace watchbill::dispatch {

// A claim that waits longer than its lock is claimed again, which makes the queue still longer: so no more
// may wait than can start within half the lock time, as measured by what was settled lately.
class QueueLimit {
 public:
  // `fixed`: DISPATCH_MAX_QUEUE; absent: measured. `floor` holds until something was measured.
  QueueLimit(std::optional<std::int64_t> fixed, std::int64_t floor, base::Millis lock_ttl)
      : fixed_(fixed), floor_(floor), lock_ttl_(lock_ttl) {}

  // `settled`: jobs completed and failed since the queue began; it may restart from 0.
  void observe(base::Monotonic now, std::int64_t settled, std::int64_t waiting);

  bool allows(std::int64_t waiting) const { return waiting < limit(); }
  std::int64_t limit() const;

 private:
  std::optional<std::int64_t> fixed_;
  std::int64_t floor_;
  base::Millis lock_ttl_;
  std::optional<base::Monotonic> seen_at_;
  std::int64_t seen_settled_ = 0;
  double per_second_ = 0;
};

}  // namespace watchbill::dispatch
