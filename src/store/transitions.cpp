#include "store/transitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/id.h"

namespace watchbill::store {

using base::Timestamp;
using domain::MonitorId;
using domain::UserId;
using Text = std::string;

namespace {

const BulkChange::Filler kMonitor{.columns = {"position", "name", "kind", "config", "createdAt", "updatedAt"},
                                  .literals = {"0", "''", "''", "''", "'2000-01-01'", "'2000-01-01'"}};
const BulkChange::Filler kMonitorAndState = [] {
  auto filler = kMonitor;
  filler.columns.push_back("stateSince");
  filler.literals.push_back("'2000-01-01'");
  return filler;
}();
// Where retention looks for what is too old.
const BulkChange kChecksFrom{.kind = BulkChange::Kind::update,
                             .table = "UserMonitor",
                             .columns = {"userId", "id", "checksFrom"},
                             .keys = 2,
                             .filler = kMonitorAndState};
const BulkChange kStates{
    .kind = BulkChange::Kind::update,
    .table = "UserMonitor",
    .columns = {"userId", "id", "state", "stateSince", "consecutiveFailures", "consecutiveSuccesses"},
    .keys = 2,
    .filler = kMonitor};

struct OpenIncident {
  UserId user_id;
  MonitorId monitor_id;
  Text id;

  auto columns() { return std::tie(user_id, monitor_id, id); }
};

struct Channel {
  UserId user_id;
  Text id;

  auto columns() { return std::tie(user_id, id); }
};

// What transitions of some users are told with: read together, written together.
class Teller {
 public:
  Teller(Database& database, const Keys& users, Timestamp now)
      : end_(database.command<Timestamp, UserId, Text>("UPDATE MonitorIncident SET endedAt = :at WHERE "
                                                       "userId = :user AND id = :id AND endedAt IS NULL")),
        open_(database.command<UserId, Text, MonitorId, Timestamp, Text, Text>(
            "INSERT INTO MonitorIncident (userId, id, monitorId, startedAt, cause, detail) "
            "VALUES (:user, :id, :monitor, :since, :cause, :detail)")),
        tell_(database.command<UserId, Text, Text, Text, Text, Timestamp>(
            fmt::format("INSERT INTO MonitorAlertOutbox (userId, id, channelId, incidentId, transition, "
                        "createdAt, dueAt) "
                        "VALUES (:user, :id, :channel, :incident, :transition, :now, :now){}",
                        database.engine().keep_existing()))),
        now_(now) {
    const auto incidents =
        database
            .keyed_query<OpenIncident>(
                "SELECT userId, monitorId, id FROM MonitorIncident WHERE endedAt IS NULL AND "
                "userId IN (:keys)")
            .ask(users);
    const auto channels =
        database
            .keyed_query<Channel>(
                "SELECT userId, id FROM MonitorChannel WHERE enabled = 1 AND userId IN (:keys)")
            .ask(users);
    database.engine().settle();
    for (const auto& incident : *incidents) incidents_[{incident.user_id, incident.monitor_id}] = incident.id;
    for (const auto& channel : *channels) channels_[channel.user_id].push_back(channel.id);
  }

  void went_down(const UserId& user_id, const MonitorUpdate& update) {
    if (incidents_.contains({user_id, update.monitor_id})) return;
    const auto id = base::new_id();
    open_.later(user_id, id, update.monitor_id, update.change.status.since, Text(to_string(update.cause)),
                update.detail);
    tell(user_id, id, "down");
  }
  void came_up(const UserId& user_id, const MonitorUpdate& update) {
    const auto incident = incidents_.find({user_id, update.monitor_id});
    if (incident == incidents_.end()) return;
    end_.later(update.change.status.since, user_id, incident->second);
    tell(user_id, incident->second, "up");
  }

 private:
  void tell(const UserId& user_id, const Text& incident_id, const char* transition) {
    for (const auto& channel : channels_[user_id])
      tell_.later(user_id, base::new_id(), channel, incident_id, transition, now_);
  }

  Command<Timestamp, UserId, Text>& end_;
  Command<UserId, Text, MonitorId, Timestamp, Text, Text>& open_;
  Command<UserId, Text, Text, Text, Text, Timestamp>& tell_;
  const Timestamp now_;
  std::map<std::pair<UserId, MonitorId>, Text> incidents_;
  std::map<UserId, std::vector<Text>> channels_;
};

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
  if (transitions_.empty()) return;
  std::set<UserId> users;
  for (const auto& transition : transitions_) users.insert(transition.user_id);
  Teller teller(database_, Keys(users.begin(), users.end()), now);
  for (const auto& [user_id, update] : transitions_) {
    if (update->change.transition == domain::Transition::went_down)
      teller.went_down(user_id, *update);
    else
      teller.came_up(user_id, *update);
  }
}

void close_incident(Database& database, const UserId& user_id, const MonitorId& monitor_id, Timestamp at) {
  database.command<Timestamp, UserId, MonitorId>(
      "UPDATE MonitorIncident SET endedAt = :at WHERE userId = :user AND monitorId = :monitor AND endedAt IS "
      "NULL")(at, user_id, monitor_id);
}

}  // namespace watchbill::store
