#include "store/transitions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"

namespace watchbill::store {

using base::Timestamp;
using domain::MonitorId;
using domain::UserId;
using Text = std::string;

namespace {

// Where retention looks for what is too old.
const BulkChange kChecksFrom{.kind = BulkChange::Kind::update,
                             .table = "UserMonitor",
                             .columns = {"userId", "id", "checksFrom"},
                             .keys = 2};
const BulkChange kStates{
    .kind = BulkChange::Kind::update,
    .table = "UserMonitor",
    .columns = {"userId", "id", "state", "stateSince", "consecutiveFailures", "consecutiveSuccesses"},
    .keys = 2};

void write_alerts(Database& database, const UserId& user_id, const Text& incident_id, const char* transition,
                  Timestamp now) {
  const auto channels =
      database.query<Text, UserId>("SELECT id FROM MonitorChannel WHERE userId = :user AND enabled = 1")
          .all(user_id);
  auto& insert = database.command<UserId, Text, Text, Text, Text, Timestamp>(fmt::format(
      "INSERT INTO MonitorAlertOutbox (userId, id, channelId, incidentId, transition, createdAt, dueAt) "
      "VALUES (:user, :id, :channel, :incident, :transition, :now, :now){}",
      database.engine().keep_existing()));
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

struct CheckRecorder::Standing {
  UserId user_id;
  MonitorId id;
  Timestamp updated_at;
  std::optional<Timestamp> checks_from;

  auto columns() { return std::tie(user_id, id, updated_at, checks_from); }
  auto key() const { return std::tie(user_id, id); }
};

CheckRecorder::CheckRecorder(Database& database)
    : database_(database),
      results_(database),
      checks_from_(database.bulk<Text, Text, Timestamp>(kChecksFrom)),
      states_(database.bulk<Text, Text, Text, Timestamp, int, int>(kStates)) {}

void CheckRecorder::read(const Keys& users) {
  auto& find = database_.keyed_query<Standing>(
      Text("SELECT userId, id, updatedAt, checksFrom FROM UserMonitor WHERE userId IN (:keys)") +
      database_.engine().for_update());
  monitors_ = find.ask(users);
}

void CheckRecorder::sort_once() {
  if (std::exchange(sorted_, true)) return;
  std::sort(monitors_->begin(), monitors_->end(),
            [](const auto& a, const auto& b) { return a.key() < b.key(); });
}

const CheckRecorder::Standing* CheckRecorder::find(const UserId& user_id, const MonitorId& monitor_id) {
  sort_once();
  const auto key = std::tie(user_id, monitor_id);
  const auto found =
      std::lower_bound(monitors_->begin(), monitors_->end(), key,
                       [](const Standing& monitor, const auto& key) { return monitor.key() < key; });
  return found != monitors_->end() && found->key() == key ? &*found : nullptr;
}

void CheckRecorder::add(const FinishedRound& finished) {
  const auto& round = finished.round;
  for (const auto& check : finished.results) {
    const auto* monitor = find(round.user_id, check.monitor_id);
    if (!monitor) continue;
    results_.add(round.user_id, round.slot, check);
    if (!monitor->checks_from || *monitor->checks_from > check.at)
      checks_from_.add(round.user_id, check.monitor_id, check.at);
  }
  for (const auto& update : finished.updates) {
    const auto* monitor = find(round.user_id, update.monitor_id);
    if (!monitor || monitor->updated_at != update.monitor_updated_at) continue;
    const auto& status = update.change.status;
    states_.add(round.user_id, update.monitor_id, Text(to_string(status.state)), status.since,
                status.consecutive_failures, status.consecutive_successes);
    if (update.change.transition != domain::Transition::none)
      transitions_.push_back({round.user_id, &update});
  }
}

void CheckRecorder::write(Timestamp now) {
  results_.flush();
  checks_from_.flush();
  states_.flush();
  for (const auto& [user_id, update] : transitions_) {
    if (update->change.transition == domain::Transition::went_down) {
      open_incident(database_, user_id, *update, now);
    } else if (const auto incident = open_incident_of(database_, user_id, update->monitor_id)) {
      end_incident(database_, user_id, *incident, update->change.status.since);
      write_alerts(database_, user_id, *incident, "up", now);
    }
  }
}

void close_incident(Database& database, const UserId& user_id, const MonitorId& monitor_id, Timestamp at) {
  if (const auto incident = open_incident_of(database, user_id, monitor_id))
    end_incident(database, user_id, *incident, at);
}

}  // namespace watchbill::store
