// Schedules as rows.
#pragma once

#include <optional>

#include "domain/schedule.h"
#include "store/database.h"

namespace watchbill::store {

std::optional<domain::Schedule> find_schedule(Database& database, const domain::UserId& user_id);

// The same to be changed: nobody else changes the row until the end of the transaction.
std::optional<domain::Schedule> lock_schedule(Database& database, const domain::UserId& user_id);

// `at`, or the first millisecond after it for which the user has no round yet.
base::Timestamp unused_slot(Database& database, const domain::UserId& user_id, base::Timestamp at);

// With the schedule's columns under the alias s.
struct ScheduleRow {
  static constexpr const char* kColumns =
      "s.id, s.userId, s.enabled, s.intervalMinutes, s.nextRunAt, s.lastRunAt, s.lastStatus, s.lastError, "
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
