// Monitors themselves; history.cpp has what was found about them.
#include "store/monitors.h"

#include <fmt/format.h>

#include "base/id.h"
#include "store/database.h"
#include "store/monitor_rows.h"
#include "store/retention.h"
#include "store/transitions.h"

namespace watchbill::store {

using base::Timestamp;
using domain::Monitor;
using domain::MonitorId;
using domain::UserId;
using Text = std::string;

namespace {

std::optional<Monitor> find_monitor(Database& database, const UserId& user_id, const MonitorId& id,
                                    const char* lock = "") {
  auto& query = database.query<MonitorRow, UserId, MonitorId>(fmt::format(
      "SELECT {} FROM UserMonitor WHERE userId = :user AND id = :id{}", MonitorRow::kColumns, lock));
  auto row = query.first(user_id, id);
  if (!row) return std::nullopt;
  return to_monitor(std::move(*row));
}

Text to_text(const nlohmann::json& config) {
  return config.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

struct Place {
  std::int64_t monitors = 0;
  std::int64_t last = 0;

  auto columns() { return std::tie(monitors, last); }
};

void insert_monitor(Database& database, const Monitor& monitor, std::int64_t position) {
  auto& insert =
      database.command<UserId, MonitorId, std::int64_t, Text, Text, Text, bool, int, int, Timestamp>(
          "INSERT INTO UserMonitor (userId, id, position, name, kind, config, paused, failuresBeforeDown, "
          "successesBeforeUp, stateSince, createdAt, updatedAt) VALUES (:user, :id, :position, :name, :kind, "
          ":config, "
          ":paused, :failures, :successes, :now, :now, :now)");
  insert(monitor.user_id, monitor.id, position, monitor.name, monitor.kind, to_text(monitor.config),
         monitor.paused, monitor.failures_before_down, monitor.successes_before_up, monitor.created_at);
}

// Returns whether what the checks so far amount to still says something.
bool apply(const MonitorEdit& edit, Monitor& monitor) {
  const auto before = monitor;
  monitor.name = edit.name.value_or(monitor.name);
  monitor.config = edit.config.value_or(monitor.config);
  monitor.failures_before_down = edit.failures_before_down.value_or(monitor.failures_before_down);
  monitor.successes_before_up = edit.successes_before_up.value_or(monitor.successes_before_up);
  monitor.paused = edit.paused.value_or(monitor.paused);
  return monitor.config == before.config && monitor.failures_before_down == before.failures_before_down &&
         monitor.successes_before_up == before.successes_before_up;
}

void update_row(Database& database, const Monitor& monitor) {
  const auto& status = monitor.status;
  auto& update = database.command<Text, Text, bool, int, int, Text, Timestamp, int, int, Timestamp, UserId,
                                  MonitorId>(
      "UPDATE UserMonitor SET name = :name, config = :config, paused = :paused, failuresBeforeDown = "
      ":down_after, "
      "successesBeforeUp = :up_after, state = :state, stateSince = :since, consecutiveFailures = :failures, "
      "consecutiveSuccesses = :successes, updatedAt = :now WHERE userId = :user AND id = :id");
  update(monitor.name, to_text(monitor.config), monitor.paused, monitor.failures_before_down,
         monitor.successes_before_up, Text(to_string(status.state)), status.since,
         status.consecutive_failures, status.consecutive_successes, monitor.updated_at, monitor.user_id,
         monitor.id);
}

}  // namespace

std::vector<Monitor> Monitors::list(const UserId& user_id) {
  auto& query = database_.query<MonitorRow, UserId>(
      fmt::format("SELECT {} FROM UserMonitor WHERE userId = :user", MonitorRow::kColumns));
  return to_monitors(query.all(user_id));
}

std::int64_t Monitors::count(const UserId& user_id) {
  return database_.query<std::int64_t, UserId>("SELECT count(*) FROM UserMonitor WHERE userId = :user")
      .value(user_id);
}

std::optional<Monitor> Monitors::find(const UserId& user_id, const MonitorId& id) {
  return find_monitor(database_, user_id, id);
}

std::optional<Monitor> Monitors::create(const NewMonitor& params, std::size_t limit) {
  return database_.write([&]() -> std::optional<Monitor> {
    // Who else gives this user a monitor waits here: the limit is for all of them together.
    database_
        .query<Text, UserId>(
            fmt::format("SELECT id FROM User WHERE id = :user{}", database_.engine().for_update()))
        .first(params.user_id);
    const auto place =
        database_
            .query<Place, UserId>(
                "SELECT count(*), coalesce(max(position), 0) FROM UserMonitor WHERE userId = :user")
            .value(params.user_id);
    if (static_cast<std::size_t>(place.monitors) >= limit) return std::nullopt;
    const auto now = database_.now();
    Monitor monitor{.id = base::new_id(),
                    .user_id = params.user_id,
                    .name = params.name,
                    .kind = params.kind,
                    .config = params.config,
                    .paused = params.paused,
                    .failures_before_down = params.failures_before_down,
                    .successes_before_up = params.successes_before_up,
                    .status = {.since = now},
                    .created_at = now,
                    .updated_at = now};
    insert_monitor(database_, monitor, place.last + 1);
    return monitor;
  });
}

std::optional<Monitor> Monitors::edit(const UserId& user_id, const MonitorId& id, const MonitorEdit& edit) {
  return database_.write([&]() -> std::optional<Monitor> {
    auto monitor = find_monitor(database_, user_id, id, database_.engine().for_update());
    if (!monitor) return std::nullopt;
    const auto now = database_.now();
    if (!apply(edit, *monitor)) {
      monitor->status = {.since = now};
      close_incident(database_, user_id, id, now);
    }
    // Always another one than a running round has seen.
    monitor->updated_at = std::max(now, monitor->updated_at + base::Millis(1));
    update_row(database_, *monitor);
    return monitor;
  });
}

bool Monitors::remove(const UserId& user_id, const MonitorId& id) {
  return database_.write([&] {
    const bool removed = database_.command<UserId, MonitorId>(
                             "DELETE FROM UserMonitor WHERE userId = :user AND id = :id")(user_id, id) == 1;
    if (removed) leave_history_to_retention(database_, user_id, id);
    return removed;
  });
}

}  // namespace watchbill::store
