#include "domain/schedule.h"

#include "base/id.h"

namespace watchbill::domain {

using base::Millis;
using base::Timestamp;

namespace {

Millis interval_of(int minutes) { return std::chrono::minutes(minutes); }

}  // namespace

NextSlot next_slot(Timestamp slot, int interval_minutes, Timestamp now) {
  const Millis interval = interval_of(interval_minutes);
  if (slot > now + interval) return {now + interval, 0};
  // A round started early by hand has its slot at or before now; floor to be exact for any other.
  const auto elapsed = slot > now ? Millis(0) : now - slot;
  const auto k = elapsed / interval + 1;
  return {slot + k * interval, k - 1};
}

std::int64_t slots_before(Timestamp end, Timestamp slot, int interval_minutes) {
  return end > slot ? (end - slot - Millis(1)) / interval_of(interval_minutes) : 0;
}

Timestamp first_slot(const UserId& user_id, int interval_minutes, Timestamp now) {
  const Millis interval = interval_of(interval_minutes);
  const auto phase = Millis(static_cast<std::int64_t>(base::id_fraction(user_id) * interval.count()));
  const auto period_start = now - Millis(base::to_epoch_ms(now) % interval.count());
  const auto slot = period_start + phase;
  return slot > now ? slot : slot + interval;
}

Timestamp slot_after_edit(Timestamp next_run_at, int interval_minutes, Timestamp now) {
  const Millis interval = interval_of(interval_minutes);
  if (next_run_at <= now + interval) return next_run_at;
  const auto ahead = (next_run_at - now - Millis(1)) / interval;
  return next_run_at - ahead * interval;
}

}  // namespace watchbill::domain
