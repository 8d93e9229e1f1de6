#include "store/lease_repair.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "domain/schedule.h"
#include "store/schedule_rows.h"

namespace watchbill::store {

using base::Millis;
using base::Monotonic;
using base::Timestamp;

namespace {

constexpr std::int64_t kRowsAStep = 1000;
// Less than this is what ordinary clock discipline does.
constexpr Millis kJump{2000};
// A lease may be another process's with a longer setting.
constexpr Millis kLeaseSlack = std::chrono::minutes(10);
constexpr Millis kSlotSlack = std::chrono::minutes(1);

}  // namespace

struct LeaseRepair::Row {
  std::string key;
  domain::UserId user_id;
  Timestamp claimable_at;
  Timestamp next_run_at;
  int interval_minutes = 1;
  std::optional<Timestamp> locked_until;

  auto columns() { return std::tie(key, user_id, claimable_at, next_run_at, interval_minutes, locked_until); }
};

// When between the question and now a server looked at its clock, nobody knows: what a slow answer tells is
// from when to when it is ahead, and only less than that is a jump.
void LeaseRepair::note_clock(Monotonic asked, Timestamp now) {
  const auto ahead_of = [now](Monotonic time) {
    return now.time_since_epoch() - std::chrono::floor<Millis>(time.time_since_epoch());
  };
  const Millis least = ahead_of(database_.clock().monotonic_now()), most = ahead_of(asked);
  if (ahead_ && most < *ahead_ - kJump) {
    base::log::warning("the database's clock jumped back", {{"ms", (*ahead_ - most).count()}});
    active_ = thorough_ = true;
    cursor_.reset();
  }
  ahead_ = std::clamp(ahead_.value_or(least), least, most);
}

bool LeaseRepair::needed(Millis lock_ttl, Monotonic asked, Timestamp now) {
  lock_ttl_ = lock_ttl;
  note_clock(asked, now);
  return active_;
}

Timestamp LeaseRepair::latest_lock(Timestamp now) const { return now + 2 * lock_ttl_ + kLeaseSlack; }

// From the far end of the index down to what is plausible for every row.
LeaseRepair::Progress LeaseRepair::step(Timestamp now) {
  const auto from = cursor_.value_or(Cursor{Timestamp::max(), {}});
  // Bounds of the index on both sides: what was seen before is not read again.
  auto& far = database_.query<Row, Timestamp, Timestamp, bool, std::string, std::int64_t>(fmt::format(
      "SELECT {0}, userId, claimableAt, coalesce(nextRunAt, createdAt), intervalMinutes, lockedUntil FROM "
      "UserMonitorSchedule WHERE claimableAt > :plausible AND claimableAt <= :last "
      "AND (1 = :from_the_end OR claimableAt < :last OR {0} < :key) "
      "ORDER BY claimableAt DESC, {0} DESC LIMIT :limit",
      database_.engine().schedule_key()));
  const auto rows = far.all(thorough_ ? now + kSlotSlack : latest_lock(now), from.claimable_at, !cursor_,
                            from.key, kRowsAStep);
  for (const auto& row : rows) repair(row, now);
  if (static_cast<std::int64_t>(rows.size()) < kRowsAStep) return {};
  return {Cursor{rows.back().claimable_at, rows.back().key}};
}

void LeaseRepair::keep(Progress progress) {
  active_ = progress.cursor.has_value();
  cursor_ = std::move(progress.cursor);
}

// On a server the row may have changed since it was read: then it is somebody else's again.
void LeaseRepair::repair(const Row& row, Timestamp now) {
  const int interval_minutes = clamped_interval(row.interval_minutes);
  const Millis interval = std::chrono::minutes(interval_minutes);
  if (row.next_run_at > now + interval + kSlotSlack)
    database_.command<Timestamp, domain::UserId, Timestamp>(
        "UPDATE UserMonitorSchedule SET nextRunAt = :next WHERE userId = :user AND coalesce(nextRunAt, "
        "createdAt) = :seen")(domain::slot_after_edit(row.next_run_at, interval_minutes, now), row.user_id,
                              row.next_run_at);
  if (row.locked_until && *row.locked_until > latest_lock(now))
    database_.command<Timestamp, domain::UserId, Timestamp>(
        "UPDATE UserMonitorSchedule SET lockedUntil = :until WHERE userId = :user AND lockedUntil = :seen")(
        now + lock_ttl_, row.user_id, *row.locked_until);
}

}  // namespace watchbill::store
