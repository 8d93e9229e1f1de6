#include "store/transitions.h"

#include <fmt/format.h>

#include "base/id.h"
#include "store/round_rows.h"

namespace watchbill::store {

using base::Timestamp;
using domain::MonitorId;
using domain::Transition;
using domain::UserId;
using Text = std::string;

namespace {

void write_alerts(Database& database, const UserId& user_id, const Text& incident_id, const char* transition,
                  Timestamp now) {
  const auto channels =
      database.query<Text, UserId>("SELECT id FROM NotificationChannel WHERE userId = :user AND enabled = 1")
          .all(user_id);
  auto& insert = database.command<UserId, Text, Text, Text, Text, Timestamp>(
      fmt::format("INSERT INTO AlertOutbox (userId, id, channelId, incidentId, transition, createdAt, dueAt) "
                  "VALUES (:user, :id, :channel, :incident, :transition, :now, :now){}",
                  database.dialect().keep_existing()));
  for (const auto& channel : channels) insert(user_id, base::new_id(), channel, incident_id, transition, now);
}

std::optional<Text> open_incident_of(Database& database, const UserId& user_id, const MonitorId& monitor_id) {
  return database
      .query<Text, UserId, MonitorId>(
          "SELECT id FROM MonitorIncident WHERE userId = :user AND monitorId = :monitor AND endedAt IS NULL")
      .first(user_id, monitor_id);
}

void open_incident(Database& database, const UserId& user_id, const MonitorUpdate& update, Timestamp now) {
  if (open_incident_of(database, user_id, update.monitor_id)) return;
  const auto id = base::new_id();
  database.command<UserId, Text, MonitorId, Timestamp, Text, Text>(
      "INSERT INTO MonitorIncident (userId, id, monitorId, startedAt, cause, detail) "
      "VALUES (:user, :id, :monitor, :since, :cause, :detail)")(user_id, id, update.monitor_id,
                                                                update.change.status.since,
                                                                Text(to_string(update.cause)), update.detail);
  write_alerts(database, user_id, id, "down", now);
}

void end_incident(Database& database, const UserId& user_id, const Text& id, Timestamp at) {
  database.command<Timestamp, UserId, Text>(
      "UPDATE MonitorIncident SET endedAt = :at WHERE userId = :user AND id = :id AND endedAt IS NULL")(
      at, user_id, id);
}

}  // namespace

void record_check(Database& database, const domain::Round& round, const domain::CheckResult& check) {
  auto& find = database.query<std::optional<Timestamp>, UserId, MonitorId>(
      "SELECT checksFrom FROM Monitor WHERE userId = :user AND id = :monitor");
  const auto checks_from = find.first(round.user_id, check.monitor_id);
  if (!checks_from) return;
  insert_check(database, round.user_id, round.slot, check);
  if (*checks_from && **checks_from <= check.at) return;
  database.command<Timestamp, UserId, MonitorId>(
      "UPDATE Monitor SET checksFrom = :at WHERE userId = :user AND id = :monitor")(check.at, round.user_id,
                                                                                    check.monitor_id);
}

void update_monitor(Database& database, const UserId& user_id, const MonitorUpdate& update, Timestamp now) {
  const auto& status = update.change.status;
  auto& apply = database.command<Text, Timestamp, int, int, UserId, MonitorId, Timestamp>(
      "UPDATE Monitor SET state = :state, stateSince = :since, consecutiveFailures = :failures, "
      "consecutiveSuccesses = :successes WHERE userId = :user AND id = :monitor AND updatedAt = :seen");
  if (apply(Text(to_string(status.state)), status.since, status.consecutive_failures,
            status.consecutive_successes, user_id, update.monitor_id, update.monitor_updated_at) == 0)
    return;
  if (update.change.transition == Transition::went_down) open_incident(database, user_id, update, now);
  if (update.change.transition != Transition::came_up) return;
  const auto incident = open_incident_of(database, user_id, update.monitor_id);
  if (!incident) return;
  end_incident(database, user_id, *incident, status.since);
  write_alerts(database, user_id, *incident, "up", now);
}

void close_incident(Database& database, const UserId& user_id, const MonitorId& monitor_id, Timestamp at) {
  if (const auto incident = open_incident_of(database, user_id, monitor_id))
    end_incident(database, user_id, *incident, at);
}

}  // namespace watchbill::store
