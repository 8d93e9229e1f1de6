#include "store/schedule_rows.h"

#include <fmt/format.h>

namespace watchbill::store {

namespace {

std::optional<domain::Schedule> read(Database& database, const domain::UserId& user_id, const char* lock) {
  auto& query = database.query<ScheduleRow, std::string>(fmt::format(
      "SELECT {} FROM UserMonitorSchedule s WHERE s.userId = :user{}", ScheduleRow::kColumns, lock));
  const auto row = query.first(user_id);
  if (!row) return std::nullopt;
  return row->schedule;
}

}  // namespace

std::optional<domain::Schedule> find_schedule(Database& database, const domain::UserId& user_id) {
  return read(database, user_id, "");
}

std::optional<domain::Schedule> lock_schedule(Database& database, const domain::UserId& user_id) {
  return read(database, user_id, database.dialect().for_update());
}

base::Timestamp unused_slot(Database& database, const domain::UserId& user_id, base::Timestamp at) {
  auto& taken = database.query<std::int64_t, std::string, base::Timestamp>(
      "SELECT count(*) FROM MonitorRound WHERE userId = :user AND slot = :slot");
  while (taken.value(user_id, at) > 0) at += base::Millis(1);
  return at;
}

}  // namespace watchbill::store
