// Claiming, holding and letting go, and what people do to a schedule. start.cpp and finish.cpp have the rest.
#include "store/schedules.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>

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

// A fence that somebody wrote by hand may leave no room for the next one.
constexpr Fence kLastFence = 1'000'000'000'000'000'000;

struct HeldClaim {
  ClaimRef claim;

  auto columns() { return std::tie(claim.user_id, claim.fence); }
};

struct Lock {
  UserId user_id;
  std::string owner;

  auto columns() { return std::tie(user_id, owner); }
};

// For which of `claims` does `condition` hold? Their rows are locked.
template <class Condition>
std::vector<bool> lock_where(Database& database, const std::vector<ClaimRef>& claims, Condition condition) {
  const auto rows = lock_claims(database, users_of(claims));
  std::vector<bool> holds;
  holds.reserve(claims.size());
  for (const auto& claim : claims) {
    const auto row = rows.find(claim.user_id);
    holds.push_back(row != rows.end() && condition(row->second, claim.fence));
  }
  return holds;
}

Keys users_of(const std::vector<ClaimRef>& claims, const std::vector<bool>& which) {
  Keys users;
  for (std::size_t at = 0; at < claims.size(); ++at)
    if (which[at]) users.push_back(claims[at].user_id);
  return users;
}

// A finished round's row has the same fences but no lock: what comes late must not lock it again.
bool is_running(const ClaimRow& row, Fence fence) {
  return row.claim.fence == fence && row.started_fence == fence && row.locked_until;
}

}  // namespace

struct Schedules::DueRow {
  std::string id;
  Claim claim;

  auto columns() {
    return std::tie(id, claim.due_since, claim.user_id, claim.slot, claim.fence, claim.interval_minutes,
                    claim.user_email);
  }
};

Schedules::Schedules(Database& database)
    : database_(database), repair_(std::make_unique<LeaseRepair>(database)) {}

Schedules::~Schedules() = default;

std::vector<Claim> Schedules::claim_due(const ClaimDue& params) {
  if (params.limit == 0) return {};
  const auto asked = database_.clock().monotonic_now();
  // Most calls find nothing: they should not take the lock that all writers share.
  if (database_.engine().has_one_writer() && !repair_->needed(params.lock_ttl, asked, database_.now()) &&
      count_due(1) == 0)
    return {};
  std::vector<Claim> claims;
  std::optional<LeaseRepair::Progress> repaired;
  try {
    database_.write([&] {
      claims = take_due(params);
      const auto now = database_.now();
      if (repair_->needed(params.lock_ttl, asked, now)) repaired = repair_->step(now);
    });
  } catch (const Unavailable& e) {
    if (!e.outcome_unknown) throw;
    return claims_held(claims, params.owner);
  }
  if (repaired) repair_->keep(std::move(*repaired));
  return claims;
}

std::vector<Claim> Schedules::take_due(const ClaimDue& params) {
  auto due = lock_due(params);
  auto& take = database_.keyed_command<Timestamp, std::string>(
      fmt::format("UPDATE UserMonitorSchedule SET fence = fence + 1, lockedUntil = :until, lockedBy = :owner "
                  "WHERE {} IN (:keys)",
                  database_.engine().schedule_key()));
  std::vector<Claim> claims;
  Keys rows;
  for (auto& row : due) {
    ++row.claim.fence;
    row.claim.interval_minutes = clamped_interval(row.claim.interval_minutes);
    rows.push_back(std::move(row.id));
    claims.push_back(std::move(row.claim));
  }
  take.later(database_.now() + params.lock_ttl, params.owner, rows);
  return claims;
}

// Rows are locked from the index on to the primary key, and changed by that: who comes by another index would
// wait for one lock with the other in hand.
std::vector<Schedules::DueRow> Schedules::lock_due(const ClaimDue& params) {
  auto& engine = database_.engine();
  auto& query = database_.query<DueRow, Now, Timestamp, Fence, std::int64_t>(fmt::format(
      "SELECT s.{}, s.claimableAt, s.userId, coalesce(s.nextRunAt, s.createdAt), s.fence, s.intervalMinutes, "
      "(SELECT u.email FROM User u WHERE u.id = s.userId) FROM UserMonitorSchedule s{} "
      "WHERE s.claimableAt <= :now AND s.claimableAt >= :from AND s.fence < :last ORDER BY s.claimableAt "
      "LIMIT :limit{}",
      engine.schedule_key(), engine.by_index("UserMonitorSchedule_claimableAt_idx"),
      engine.for_update_of_free_rows()));
  return query.all(Now{}, params.from.value_or(Timestamp::min()), kLastFence,
                   static_cast<std::int64_t>(params.limit));
}

// After a commit whose answer was lost: what of it is in the database.
std::vector<Claim> Schedules::claims_held(std::vector<Claim> claims, const std::string& owner) {
  Keys users;
  for (const auto& claim : claims) users.push_back(claim.user_id);
  // Waits for the commit, should it still be on its way.
  const auto rows = database_.write([&] { return lock_claims(database_, users); });
  std::erase_if(claims, [&](const Claim& claim) {
    const auto row = rows.find(claim.user_id);
    return row == rows.end() || row->second.claim.fence != claim.fence || row->second.locked_by != owner;
  });
  return claims;
}

std::int64_t Schedules::count_due(std::int64_t limit, std::optional<Timestamp> from) {
  auto& count = database_.query<std::int64_t, Timestamp, Timestamp, std::int64_t>(
      "SELECT count(*) FROM (SELECT 1 FROM UserMonitorSchedule WHERE claimableAt <= :now "
      "AND claimableAt >= :from LIMIT :limit) AS due");
  return count.value(database_.now(), from.value_or(Timestamp::min()), limit);
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
    auto& release = database_.keyed_command<>(
        "UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL WHERE userId IN (:keys)");
    const auto held = lock_where(database_, claims, [](const ClaimRow& row, Fence fence) {
      return row.claim.fence == fence && row.started_fence < fence;
    });
    release.later(users_of(claims, held));
  });
}

std::vector<ClaimRef> Schedules::claims_of(const std::string& owner) {
  std::vector<ClaimRef> claims;
  auto& query = database_.query<HeldClaim, std::string>(
      "SELECT userId, fence FROM UserMonitorSchedule WHERE lockedBy = :owner AND startedFence < fence");
  for (auto& row : query.all(owner)) claims.push_back(std::move(row.claim));
  return claims;
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
  auto& release = database_.keyed_command<std::string>(
      "UPDATE UserMonitorSchedule SET lockedUntil = NULL, lockedBy = NULL "
      "WHERE lockedBy = :owner AND userId IN (:keys)");
  std::map<std::string, Keys> users;
  for (auto& lock : locks) users[lock.owner].push_back(std::move(lock.user_id));
  return database_.write([&] {
    std::int64_t released = 0;
    for (const auto& [owner, keys] : users) released += release(owner, keys);
    return released;
  });
}

std::vector<bool> Schedules::renew(const std::vector<ClaimRef>& started, Millis lease) {
  return database_.write([&] {
    auto& renew = database_.keyed_command<Timestamp>(
        "UPDATE UserMonitorSchedule SET lockedUntil = :until WHERE userId IN (:keys)");
    auto renewed = lock_where(database_, started, is_running);
    renew.later(database_.now() + lease, users_of(started, renewed));
    return renewed;
  });
}

void Schedules::give_back(const std::vector<ClaimRef>& started, Millis delay) {
  database_.write([&] {
    auto& give_back = database_.keyed_command<Timestamp>(
        "UPDATE UserMonitorSchedule SET startedFence = startedFence - 1, lockedUntil = :until "
        "WHERE userId IN (:keys)");
    const auto running = lock_where(database_, started, is_running);
    give_back.later(database_.now() + delay, users_of(started, running));
  });
}

std::optional<Schedule> Schedules::find(const UserId& user_id) { return find_schedule(database_, user_id); }

std::vector<Schedule> Schedules::find_all(const std::vector<UserId>& users) {
  return find_schedules(database_, users);
}

std::optional<Schedule> Schedules::find_or_make(const UserId& user_id) {
  if (auto schedule = find(user_id)) return schedule;
  return database_.write([&] { return make(user_id); });
}

// By the id as the user's row has it: a database may find it in other letters too.
std::optional<Schedule> Schedules::make(const UserId& user_id) {
  auto& find = database_.query<UserId, UserId>(
      fmt::format("SELECT id FROM User WHERE id = :id{}", database_.engine().for_update()));
  const auto id = find.first(user_id);
  if (!id) return std::nullopt;
  insert_schedule(database_, *id, false, database_.default_interval_minutes());
  return lock_schedule(database_, *id);
}

std::optional<Schedule> Schedules::edit(const UserId& user_id, const ScheduleEdit& edit) {
  return database_.write([&]() -> std::optional<Schedule> {
    auto schedule = lock_schedule(database_, user_id);
    if (!schedule) schedule = make(user_id);
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
