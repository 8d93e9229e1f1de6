// Schedules as rows.
#pragma once

#include <optional>
#include <unordered_map>

#include "domain/round.h"
#include "domain/schedule.h"
#include "store/database.h"
#include "store/schedules.h"

namespace watchbill::store {

std::optional<domain::Schedule> find_schedule(Database& database, const domain::UserId& user_id);
std::vector<domain::Schedule> find_schedules(Database& database, const Keys& users);

// The same to be changed: nobody else changes the row until the end of the transaction.
std::optional<domain::Schedule> lock_schedule(Database& database, const domain::UserId& user_id);

// Of a user who may have one already, which then stays.
void insert_schedule(Database& database, const domain::UserId& user_id, bool enabled, int interval_minutes);

// A row as starts and renewals look at it: the claim without the user's address.
struct ClaimRow {
  domain::Claim claim;
  bool enabled = true;
  domain::Fence started_fence = 0;
  std::optional<base::Timestamp> locked_until;
  std::string locked_by;

  auto columns() {
    return std::tie(claim.user_id, claim.slot, claim.fence, claim.interval_minutes, enabled, started_fence,
                    locked_until, locked_by);
  }
};
using ClaimRows = std::unordered_map<domain::UserId, ClaimRow>;

ClaimRows read_claims(Database& database, const Keys& users);
// The same to be changed; locked in the order of their keys, as by all who lock several rows.
ClaimRows lock_claims(Database& database, Keys users);
// Some may come twice.
Keys users_of(const std::vector<ClaimRef>& claims);

// Of a table that others write: within what an interval may be.
int clamped_interval(int minutes);

// `at`, or the first millisecond after it for which the user has no round yet.
base::Timestamp unused_slot(Database& database, const domain::UserId& user_id, base::Timestamp at);

// With the schedule's columns under the alias s.
struct ScheduleRow {
  static constexpr const char* kColumns =
      "s.id, s.userId, s.enabled, s.intervalMinutes, coalesce(s.nextRunAt, s.createdAt), s.lastRunAt, "
      "s.lastStatus, s.lastError, "
      "s.lastDuration, s.lockedUntil, s.lockedBy, s.fence, s.startedFence, s.createdAt, s.updatedAt";

  domain::Schedule schedule;

  auto columns() {
    auto& s = schedule;
    return std::tie(s.id, s.user_id, s.enabled, s.interval_minutes, s.next_run_at, s.last_run_at,
                    s.last_status, s.last_error, s.last_duration, s.locked_until, s.locked_by, s.fence,
                    s.started_fence, s.created_at, s.updated_at);
  }
};

}  // namespace watchbill::store
