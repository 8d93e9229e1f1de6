// Claiming, holding and letting go, and what people do to a schedule. start.cpp and finish.cpp have the rest.
#include "store/schedules.h"

#include <fmt/format.h>

#include "store/database.h"
#include "store/lease_repair.h"
#include "store/schedule_rows.h"

namespace watchbill::store {

using base::Millis;
using base::Timestamp;
using domain::Claim;
using domain::Fence;
using domain::Schedule;
using domain::UserId;

namespace {

struct DueRow {
  Claim claim;

  auto columns() {
    return std::tie(claim.user_id, claim.slot, claim.fence, claim.interval_minutes, claim.user_email);
  }
};

struct Lock {
  UserId user_id;
  std::string owner;

  auto columns() { return std::tie(user_id, owner); }
};

std::vector<Claim> claim_rows(Database& database, const ClaimDue& params, Timestamp now) {
  auto& due = database.query<DueRow, Timestamp, std::int64_t>(fmt::format(
      "SELECT s.userId, s.nextRunAt, s.fence, s.intervalMinutes, u.email FROM UserMonitorSchedule s "
      "LEFT JOIN User u ON u.id = s.userId WHERE s.claimableAt <= :now ORDER BY s.claimableAt "
      "LIMIT :limit{}",
      database.dialect().for_update()));
  auto& take = database.command<Fence, Timestamp, std::string, UserId, Timestamp>(
      "UPDATE UserMonitorSchedule SET fence = :fence, lockedUntil = :until, lockedBy = :owner "
      "WHERE userId = :user AND claimableAt <= :now");
  std::vector<Claim> claims;
  for (auto& row : due.all(now, static_cast<std::int64_t>(params.limit))) {
    ++row.claim.fence;
    if (take(row.claim.fence, now + params.lock_ttl, params.owner, row.claim.user_id, now) == 1)
      claims.push_back(std::move(row.claim));
  }
  return claims;
}

}  // namespace

Schedules::Schedules(Database& database)
    : database_(database), repair_(std::make_unique<LeaseRepair>(database)) {}

Schedules::~Schedules() = default;

std::vector<Claim> Schedules::claim_due(const ClaimDue& params) {
  // Most calls find nothing: they should not take the lock that all writers share.
  const bool repairs = repair_->needed(params.lock_ttl);
  if (params.limit == 0 || (!repairs && count_due(1) == 0)) return {};
  LeaseRepair::Progress repaired;
  auto claims = database_.write([&] {
    const auto now = database_.now();
    if (repairs) repaired = repair_->step(now);
    return claim_rows(database_, params, now);
  });
  if (repairs) repair_->keep(std::move(repaired));
  return claims;
}

std::int64_t Schedules::count_due(std::int64_t limit) {
  return database_
      .query<std::int64_t, Timestamp, std::int64_t>(
          "SELECT count(*) FROM (SELECT 1 FROM UserMonitorSchedule WHERE claimableAt <= :now LIMIT :limit) "
          "AS due")
      .value(database_.now(), limit);
}

std::optional<Timestamp> Schedules::next_due() {
  return database_
      .query<Timestamp>(
          "SELECT claimableAt FROM UserMonitorSchedule WHERE claimableAt IS NOT NULL ORDER BY claimableAt "
          "LIMIT 1")
      .first();
}

void Schedules::release(const std::vector<ClaimRef>& claims) {
  database_.write([&] {
    auto& release = database_.command<UserId, Fence>(
        "UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL "
        "WHERE userId = :user AND fence = :fence AND startedFence < :fence");
    for (const auto& claim : claims) release(claim.user_id, claim.fence);
  });
}

// Reads the whole table once (no index on lockedBy: it would cost each claim, start and finish), but without
// the writers' lock.
std::int64_t Schedules::release_held_by(const std::vector<std::string>& owners) {
  if (owners.empty()) return 0;
  auto locks =
      database_.query<Lock>("SELECT userId, lockedBy FROM UserMonitorSchedule WHERE lockedBy IS NOT NULL")
          .all();
  std::erase_if(locks, [&](const Lock& lock) {
    return std::find(owners.begin(), owners.end(), lock.owner) == owners.end();
  });
  if (locks.empty()) return 0;
  auto& release = database_.command<UserId, std::string>(
      "UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL "
      "WHERE userId = :user AND lockedBy = :owner");
  return database_.write([&] {
    std::int64_t released = 0;
    for (const auto& lock : locks) released += release(lock.user_id, lock.owner);
    return released;
  });
}

// A finished round's row has the same fences but no lock: a renewal that comes late must not lock it again.
std::vector<bool> Schedules::renew(const std::vector<ClaimRef>& started, Millis lease) {
  return database_.write([&] {
    auto& renew = database_.command<Timestamp, UserId, Fence>(
        "UPDATE UserMonitorSchedule SET lockedUntil = :until "
        "WHERE userId = :user AND fence = :fence AND startedFence = :fence AND lockedUntil IS NOT NULL");
    const auto until = database_.now() + lease;
    std::vector<bool> renewed;
    renewed.reserve(started.size());
    for (const auto& round : started) renewed.push_back(renew(until, round.user_id, round.fence) == 1);
    return renewed;
  });
}

void Schedules::give_back(const std::vector<ClaimRef>& started, Millis delay) {
  database_.write([&] {
    auto& give_back = database_.command<Fence, Timestamp, UserId, Fence>(
        "UPDATE UserMonitorSchedule SET startedFence = :before, lockedUntil = :until "
        "WHERE userId = :user AND fence = :fence AND startedFence = :fence AND lockedUntil IS NOT NULL");
    const auto until = database_.now() + delay;
    for (const auto& round : started) give_back(round.fence - 1, until, round.user_id, round.fence);
  });
}

std::optional<Schedule> Schedules::find(const UserId& user_id) { return find_schedule(database_, user_id); }

std::optional<Schedule> Schedules::edit(const UserId& user_id, const ScheduleEdit& edit) {
  return database_.write([&]() -> std::optional<Schedule> {
    auto schedule = lock_schedule(database_, user_id);
    if (!schedule) return std::nullopt;
    const auto now = database_.now();
    const bool enabling = edit.enabled.value_or(false) && !schedule->enabled;
    schedule->enabled = edit.enabled.value_or(schedule->enabled);
    schedule->interval_minutes = edit.interval_minutes.value_or(schedule->interval_minutes);
    schedule->next_run_at =
        enabling && schedule->next_run_at <= now
            ? domain::next_slot(schedule->next_run_at, schedule->interval_minutes, now).slot
            : domain::slot_after_edit(schedule->next_run_at, schedule->interval_minutes, now);
    schedule->updated_at = now;
    database_.command<bool, int, Timestamp, Timestamp, UserId>(
        "UPDATE UserMonitorSchedule SET enabled = :enabled, intervalMinutes = :interval, nextRunAt = :next, "
        "updatedAt = :now WHERE userId = :user")(schedule->enabled, schedule->interval_minutes,
                                                 schedule->next_run_at, now, user_id);
    return schedule;
  });
}

std::optional<Schedule> Schedules::run_now(const UserId& user_id) {
  return database_.write([&]() -> std::optional<Schedule> {
    auto schedule = lock_schedule(database_, user_id);
    if (!schedule || !schedule->enabled) return schedule;
    const auto now = database_.now();
    // Due already, and nobody has begun: that round is the one asked for.
    if (!schedule->running(now) && schedule->next_run_at <= now) return schedule;
    // Not the slot of the round that runs: its finish would move it on.
    const auto at = schedule->running(now) ? std::max(now, schedule->next_run_at + Millis(1)) : now;
    schedule->next_run_at = unused_slot(database_, user_id, schedule->next_run_at > now ? now : at);
    schedule->updated_at = now;
    database_.command<Timestamp, Timestamp, UserId>(
        "UPDATE UserMonitorSchedule SET nextRunAt = :next, updatedAt = :now WHERE userId = :user")(
        schedule->next_run_at, now, user_id);
    return schedule;
  });
}

Timestamp Schedules::now() { return database_.now(); }

}  // namespace watchbill::store
