#include "store/schedule_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"

namespace watchbill::store {

namespace {

domain::Schedule schedule_of(ScheduleRow row) {
  row.schedule.interval_minutes = clamped_interval(row.schedule.interval_minutes);
  return std::move(row.schedule);
}

std::optional<domain::Schedule> read(Database& database, const domain::UserId& user_id, const char* lock) {
  auto& query = database.query<ScheduleRow, std::string>(fmt::format(
      "SELECT {} FROM UserMonitorSchedule s WHERE s.userId = :user{}", ScheduleRow::kColumns, lock));
  auto row = query.first(user_id);
  if (!row) return std::nullopt;
  return schedule_of(std::move(*row));
}

ClaimRows read_claims(Database& database, const Keys& users, const char* lock) {
  auto& query = database.keyed_query<ClaimRow>(fmt::format(
      "SELECT s.userId, coalesce(s.nextRunAt, s.createdAt), s.fence, s.intervalMinutes, s.enabled, "
      "s.startedFence, s.lockedUntil, s.lockedBy FROM UserMonitorSchedule s WHERE s.userId IN (:keys){}",
      lock));
  ClaimRows rows;
  for (auto& row : query.all(users)) {
    row.claim.interval_minutes = clamped_interval(row.claim.interval_minutes);
    auto user = row.claim.user_id;
    rows.emplace(std::move(user), std::move(row));
  }
  return rows;
}

}  // namespace

std::optional<domain::Schedule> find_schedule(Database& database, const domain::UserId& user_id) {
  return read(database, user_id, "");
}

std::vector<domain::Schedule> find_schedules(Database& database, const Keys& users) {
  auto& query = database.keyed_query<ScheduleRow>(
      fmt::format("SELECT {} FROM UserMonitorSchedule s WHERE s.userId IN (:keys)", ScheduleRow::kColumns));
  std::vector<domain::Schedule> schedules;
  for (auto& row : query.all(users)) schedules.push_back(schedule_of(std::move(row)));
  return schedules;
}

std::optional<domain::Schedule> lock_schedule(Database& database, const domain::UserId& user_id) {
  return read(database, user_id, database.engine().for_update());
}

void insert_schedule(Database& database, const domain::UserId& user_id, bool enabled, int interval_minutes) {
  const auto now = database.now();
  auto& insert = database.command<std::string, std::string, bool, int, base::Timestamp, base::Timestamp>(
      std::string("INSERT INTO UserMonitorSchedule (id, userId, enabled, intervalMinutes, nextRunAt, "
                  "createdAt, updatedAt) VALUES (:id, :user, :enabled, :interval, :next, :now, :now)") +
      database.engine().keep_existing());
  const auto first = domain::first_slot(user_id, interval_minutes, now);
  insert(base::new_id(), user_id, enabled, interval_minutes, first, now);
}

ClaimRows read_claims(Database& database, const Keys& users) { return read_claims(database, users, ""); }

ClaimRows lock_claims(Database& database, Keys users) {
  std::sort(users.begin(), users.end());
  return read_claims(database, users, database.engine().for_update());
}

Keys users_of(const std::vector<ClaimRef>& claims) {
  Keys users;
  for (const auto& claim : claims) users.push_back(claim.user_id);
  return users;
}

int clamped_interval(int minutes) {
  return std::clamp(minutes, domain::kMinIntervalMinutes, domain::kMaxIntervalMinutes);
}

base::Timestamp unused_slot(Database& database, const domain::UserId& user_id, base::Timestamp at) {
  auto& taken = database.query<std::int64_t, std::string, base::Timestamp>(
      "SELECT count(*) FROM MonitorRound WHERE userId = :user AND slot = :slot");
  while (taken.value(user_id, at) > 0) at += base::Millis(1);
  return at;
}

}  // namespace watchbill::store
