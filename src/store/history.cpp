// What was found about monitors: checks, incidents, rounds.
#include <fmt/format.h>

#include <charconv>

#include "store/database.h"
#include "store/monitors.h"
#include "store/round_rows.h"

namespace watchbill::store {

using base::Timestamp;
using domain::CheckResult;
using domain::Incident;
using domain::MonitorId;
using domain::Round;
using domain::UserId;
using Text = std::string;

namespace {

constexpr Timestamp kEver = Timestamp::max();
// Between the clocks of a worker, which dates checks, and of the database, which dates rounds.
constexpr base::Millis kClockSkew = std::chrono::minutes(5);

std::int64_t to_limit(std::size_t limit) { return static_cast<std::int64_t>(limit); }

struct HeartbeatRow {
  Heartbeat beat;
  Text verdict;
  std::int64_t total_us = 0;

  auto columns() { return std::tie(beat.at, verdict, total_us); }
};

std::vector<Heartbeat> beats_of(Database& database, const UserId& user_id, const MonitorId& id,
                                std::size_t count) {
  auto& query = database.query<HeartbeatRow, UserId, MonitorId, std::int64_t>(
      "SELECT at, verdict, totalUs FROM MonitorCheck WHERE userId = :user AND monitorId = :monitor "
      "ORDER BY at DESC LIMIT :count");
  std::vector<Heartbeat> beats;
  for (auto& row : query.all(user_id, id, to_limit(count))) {
    row.beat.verdict = domain::verdict_from_string(row.verdict).value_or(domain::Verdict::unknown);
    row.beat.total_ms = static_cast<std::int32_t>(row.total_us / 1000);
    beats.push_back(row.beat);
  }
  std::reverse(beats.begin(), beats.end());
  return beats;
}

std::vector<CheckResult> to_checks(std::vector<CheckRow> rows) {
  std::vector<CheckResult> checks;
  checks.reserve(rows.size());
  for (auto& row : rows) checks.push_back(to_check(std::move(row)));
  return checks;
}

std::vector<CheckResult> newest_checks(Database& database, const CheckQuery& query) {
  auto& select = database.query<CheckRow, UserId, MonitorId, Timestamp, Timestamp, std::int64_t>(
      fmt::format("SELECT {} FROM MonitorCheck WHERE userId = :user AND monitorId = :monitor AND at >= :from "
                  "AND at < :until ORDER BY at DESC LIMIT :limit",
                  CheckRow::kColumns));
  return to_checks(select.all(query.user_id, query.monitor_id, query.from.value_or(Timestamp::min()),
                              query.until.value_or(kEver), to_limit(query.limit)));
}

MonitorHeartbeats heartbeats_of(Database& database, const UserId& user_id, const MonitorId& id,
                                std::size_t count) {
  MonitorHeartbeats heartbeats{id, beats_of(database, user_id, id, count), std::nullopt};
  auto last = newest_checks(database, {.user_id = user_id, .monitor_id = id, .limit = 1});
  if (!last.empty()) heartbeats.last = std::move(last.front());
  return heartbeats;
}

bool exists(Database& database, const UserId& user_id) {
  return database.query<bool, UserId>("SELECT 1 FROM UserMonitorSchedule WHERE userId = :user")
      .first(user_id)
      .has_value();
}

bool exists(Database& database, const UserId& user_id, const MonitorId& id) {
  return database
      .query<bool, UserId, MonitorId>("SELECT 1 FROM UserMonitor WHERE userId = :user AND id = :monitor")
      .first(user_id, id)
      .has_value();
}

std::vector<MonitorId> monitor_ids(Database& database, const UserId& user_id) {
  return database
      .query<MonitorId, UserId>("SELECT id FROM UserMonitor WHERE userId = :user ORDER BY position")
      .all(user_id);
}

struct IncidentRow {
  Incident incident;
  Text cause;

  auto columns() {
    auto& i = incident;
    return std::tie(i.id, i.user_id, i.monitor_id, i.started_at, i.ended_at, cause, i.detail);
  }
};

// "<start in ms>-<id>": where the next page begins, whatever was added or removed meanwhile.
struct IncidentCursor {
  Timestamp started_at = kEver;
  Text id;

  static IncidentCursor parse(const std::optional<Text>& text) {
    IncidentCursor cursor;
    if (!text) return cursor;
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), ms);
    if (error != std::errc() || end == text->data() + text->size() || *end != '-')
      return {Timestamp::min(), ""};  // nothing comes after a cursor that we never gave
    return {base::from_epoch_ms(ms), Text(end + 1, text->data() + text->size())};
  }
  static Text of(const Incident& incident) {
    return fmt::format("{}-{}", base::to_epoch_ms(incident.started_at), incident.id);
  }
};

std::vector<Incident> select_incidents(Database& database, const IncidentQuery& query) {
  const auto of_monitor = query.monitor_id ? "monitorId = :monitor" : ":monitor = ''";
  const auto open = !query.open ? "1 = 1" : *query.open ? "endedAt IS NULL" : "endedAt IS NOT NULL";
  auto& select = database.query<IncidentRow, UserId, MonitorId, Timestamp, Text, std::int64_t>(fmt::format(
      "SELECT id, userId, monitorId, startedAt, endedAt, cause, detail FROM MonitorIncident "
      "WHERE userId = :user AND {} AND {} AND startedAt <= :before AND (startedAt < :before OR id < :id) "
      "ORDER BY startedAt DESC, id DESC LIMIT :limit",
      of_monitor, open));
  const auto cursor = IncidentCursor::parse(query.after);
  std::vector<Incident> incidents;
  // One more than asked for tells whether there is a next page.
  for (auto& row : select.all(query.user_id, query.monitor_id.value_or(""), cursor.started_at, cursor.id,
                              to_limit(query.limit + 1))) {
    row.incident.cause = domain::cause_from_string(row.cause).value_or(domain::Cause::internal_error);
    incidents.push_back(std::move(row.incident));
  }
  return incidents;
}

}  // namespace

std::vector<MonitorHeartbeats> Monitors::heartbeats(const UserId& user_id, std::size_t count) {
  return database_.snapshot([&] {
    std::vector<MonitorHeartbeats> heartbeats;
    for (const auto& id : monitor_ids(database_, user_id))
      heartbeats.push_back(heartbeats_of(database_, user_id, id, count));
    return heartbeats;
  });
}

std::optional<MonitorHeartbeats> Monitors::heartbeats(const UserId& user_id, const MonitorId& id,
                                                      std::size_t count) {
  return database_.snapshot([&]() -> std::optional<MonitorHeartbeats> {
    if (!exists(database_, user_id, id)) return std::nullopt;
    return heartbeats_of(database_, user_id, id, count);
  });
}

// Checks of a deleted monitor and rounds of a deleted user may still be there, until retention has got to
// them.
std::vector<CheckResult> Monitors::checks(const CheckQuery& query) {
  return database_.snapshot([&] {
    return exists(database_, query.user_id, query.monitor_id) ? newest_checks(database_, query)
                                                              : std::vector<CheckResult>();
  });
}

Page<Incident> Monitors::incidents(const IncidentQuery& query) {
  Page<Incident> page{select_incidents(database_, query), std::nullopt};
  if (page.items.size() <= query.limit) return page;
  page.items.pop_back();
  if (!page.items.empty()) page.next_cursor = IncidentCursor::of(page.items.back());
  return page;
}

std::vector<Round> Monitors::rounds(const RoundQuery& query) {
  auto& select = database_.query<RoundRow, UserId, Timestamp, std::int64_t>(fmt::format(
      "SELECT {} FROM MonitorRound WHERE userId = :user AND slot < :before ORDER BY slot DESC LIMIT :limit",
      RoundRow::kColumns));
  return database_.snapshot([&] {
    std::vector<Round> rounds;
    if (!exists(database_, query.user_id)) return rounds;
    for (auto& row : select.all(query.user_id, query.before.value_or(kEver), to_limit(query.limit)))
      rounds.push_back(to_round(std::move(row)));
    return rounds;
  });
}

std::optional<Round> Monitors::round(const UserId& user_id, Timestamp slot) {
  return database_.snapshot(
      [&] { return exists(database_, user_id) ? find_round(database_, user_id, slot) : std::nullopt; });
}

std::vector<CheckResult> Monitors::checks_of_round(const UserId& user_id, Timestamp slot) {
  auto& select = database_.query<CheckRow, UserId, MonitorId, Timestamp, Timestamp, Timestamp>(
      fmt::format("SELECT {} FROM MonitorCheck WHERE userId = :user AND monitorId = :monitor "
                  "AND at BETWEEN :from AND :until AND slot = :slot LIMIT 1",
                  CheckRow::kColumns));
  return database_.snapshot([&] {
    std::vector<CheckResult> checks;
    const auto round = find_round(database_, user_id, slot);
    if (!round) return checks;
    for (const auto& id : monitor_ids(database_, user_id))
      if (auto row = select.first(user_id, id, round->started_at - kClockSkew,
                                  round->finished_at + kClockSkew, slot))
        checks.push_back(to_check(std::move(*row)));
    return checks;
  });
}

}  // namespace watchbill::store
