// A user's schedule and the arithmetic of its slots. Pure functions: the database applies what they decide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/user.h"

namespace watchbill::domain {

constexpr int kMinIntervalMinutes = 1;
constexpr int kMaxIntervalMinutes = 1440;
// Of who was given none.
constexpr int kDefaultIntervalMinutes = 5;

inline bool valid_interval(std::int64_t minutes) {
  return minutes >= kMinIntervalMinutes && minutes <= kMaxIntervalMinutes;
}

// Grows with every claim of a schedule; a write that carries an older one is refused.
using Fence = std::int64_t;

// A row of UserMonitorSchedule.
struct Schedule {
  std::string id;
  UserId user_id;
  bool enabled = true;
  int interval_minutes = kDefaultIntervalMinutes;
  base::Timestamp next_run_at;  // the next slot
  std::optional<base::Timestamp> last_run_at;
  std::string last_status;  // "success", "failed", "skipped"; empty: never ran
  std::string last_error;
  std::optional<base::Millis> last_duration;
  std::optional<base::Timestamp> locked_until;
  std::string locked_by;
  Fence fence = 0;
  Fence started_fence = 0;
  base::Timestamp created_at;
  base::Timestamp updated_at;

  // A worker took authority for the current claim and has not finished.
  bool running(base::Timestamp now) const {
    return started_fence == fence && locked_until && *locked_until > now;
  }
  // Claimed and waiting in the queue.
  bool queued(base::Timestamp now) const {
    return started_fence < fence && locked_until && *locked_until > now;
  }
};

struct NextSlot {
  base::Timestamp slot;
  std::int64_t missed = 0;  // slots between the finished one and `slot` that got no round
};

// Fixed rate (docs/design/protocol.md, "Next slot"): the first of slot + k * interval after `now`, k >= 1.
// A slot more than one interval ahead of `now` (a clock that jumped) yields now + interval.
NextSlot next_slot(base::Timestamp slot, int interval_minutes, base::Timestamp now);

// How many of slot + k * interval, k >= 1, lie before `end`.
std::int64_t slots_before(base::Timestamp end, base::Timestamp slot, int interval_minutes);

// The first slot of a new schedule: within one interval from now, at the phase that belongs to `user_id`.
base::Timestamp first_slot(const UserId& user_id, int interval_minutes, base::Timestamp now);

// The next slot after the interval was edited: keeps the phase, never later than one new interval from now
// and never earlier than now; a slot already due stays as it is.
base::Timestamp slot_after_edit(base::Timestamp next_run_at, int interval_minutes, base::Timestamp now);

}  // namespace watchbill::domain
