#include "store/retention.h"

#include <fmt/format.h>

namespace watchbill::store {

using base::Timestamp;
using domain::MonitorId;
using domain::UserId;
using Text = std::string;

namespace {

// What may still be removed in this batch.
class Budget {
 public:
  explicit Budget(std::size_t rows) : left_(static_cast<std::int64_t>(rows)), all_(left_) {}

  std::int64_t left() const { return left_; }
  std::int64_t used() const { return all_ - left_; }
  void spend(std::int64_t rows) { left_ -= rows; }
  explicit operator bool() const { return left_ > 0; }

 private:
  std::int64_t left_;
  std::int64_t all_;
};

struct Owner {
  UserId user_id;
  MonitorId monitor_id;

  auto columns() { return std::tie(user_id, monitor_id); }
};

// Each owner knows the time of the oldest row kept for him, so that only owners with something to remove are
// looked at, and each of them once for all his rows, which lie together.

// Owners are locked before their rows, and one in a transaction: else this and finish() would wait for each
// other.

void purge_rounds(Database& database, Timestamp before, Budget& budget) {
  auto& next = database.query<UserId, Timestamp>(
      "SELECT userId FROM UserMonitorSchedule WHERE roundsFrom < :before ORDER BY roundsFrom LIMIT 1");
  auto& lock = database.query<UserId, UserId>(
      std::string("SELECT userId FROM UserMonitorSchedule WHERE userId = :user") +
      database.engine().for_update());
  auto& end = database.query<Timestamp, UserId, Timestamp, std::int64_t>(
      "SELECT slot FROM MonitorRound WHERE userId = :user AND slot < :before ORDER BY slot LIMIT 1 OFFSET "
      ":rows");
  auto& remove =
      database.command<UserId, Timestamp>("DELETE FROM MonitorRound WHERE userId = :user AND slot < :end");
  auto& note = database.command<UserId>(
      "UPDATE UserMonitorSchedule SET roundsFrom = (SELECT min(slot) FROM MonitorRound WHERE userId = :user) "
      "WHERE userId = :user");
  while (budget) {
    const auto user = next.first(before);
    if (!user) return;
    budget.spend(database.write([&] {
      lock.first(*user);
      const auto removed = remove(*user, end.first(*user, before, budget.left()).value_or(before));
      note(*user);
      return removed;
    }));
  }
}

void purge_checks(Database& database, Timestamp before, Budget& budget) {
  auto& next = database.query<Owner, Timestamp>(
      "SELECT userId, id FROM UserMonitor WHERE checksFrom < :before ORDER BY checksFrom LIMIT 1");
  auto& lock = database.query<MonitorId, UserId, MonitorId>(
      std::string("SELECT id FROM UserMonitor WHERE userId = :user AND id = :monitor") +
      database.engine().for_update());
  auto& end = database.query<Timestamp, UserId, MonitorId, Timestamp, std::int64_t>(
      "SELECT at FROM MonitorCheck WHERE userId = :user AND monitorId = :monitor AND at < :before ORDER BY "
      "at LIMIT 1 "
      "OFFSET :rows");
  auto& remove = database.command<UserId, MonitorId, Timestamp>(
      "DELETE FROM MonitorCheck WHERE userId = :user AND monitorId = :monitor AND at < :end");
  auto& note = database.command<UserId, MonitorId>(
      "UPDATE UserMonitor SET checksFrom = (SELECT min(at) FROM MonitorCheck WHERE userId = :user AND "
      "monitorId = :monitor) WHERE userId = :user AND id = :monitor");
  while (budget) {
    const auto owner = next.first(before);
    if (!owner) return;
    budget.spend(database.write([&] {
      const auto& [user, monitor] = *owner;
      lock.first(user, monitor);
      const auto removed =
          remove(user, monitor, end.first(user, monitor, before, budget.left()).value_or(before));
      note(user, monitor);
      return removed;
    }));
  }
}

// Removes at most what is left of the budget.
template <class... Params>
void remove_some(Database& database, const char* table, const char* key, const char* condition,
                 Budget& budget, const Params&... params) {
  if (!budget) return;
  auto& remove =
      database.command<Params..., std::int64_t>(database.engine().limited_delete(table, key, condition));
  budget.spend(remove(params..., budget.left()));
}

void purge_owner(Database& database, const Owner& owner, Budget& budget) {
  const auto& [user, monitor] = owner;
  if (monitor.empty()) {
    constexpr auto kOfUser = "userId = :user";
    remove_some(database, "MonitorRound", "userId, slot", kOfUser, budget, user);
    remove_some(database, "MonitorCheck", "userId, monitorId, at", kOfUser, budget, user);
    remove_some(database, "MonitorRollup", "userId, monitorId, span, startsAt", kOfUser, budget, user);
  } else {
    constexpr auto kOfMonitor = "userId = :user AND monitorId = :monitor";
    remove_some(database, "MonitorCheck", "userId, monitorId, at", kOfMonitor, budget, user, monitor);
    remove_some(database, "MonitorRollup", "userId, monitorId, span, startsAt", kOfMonitor, budget, user,
                monitor);
  }
}

void purge_removed(Database& database, Budget& budget) {
  auto& next = database.query<Owner>(
      "SELECT userId, monitorId FROM MonitorRemovedHistory ORDER BY userId, monitorId LIMIT 1");
  auto& done = database.command<UserId, MonitorId>(
      "DELETE FROM MonitorRemovedHistory WHERE userId = :user AND monitorId = :monitor");
  while (budget) {
    const auto owner = next.first();
    if (!owner) return;
    // A budget of its own for each try.
    budget = database.write([&] {
      auto left = budget;
      purge_owner(database, *owner, left);
      if (left) done(owner->user_id, owner->monitor_id);
      return left;
    });
  }
}

void purge_logs(Database& database, Timestamp before, Budget& budget) {
  remove_some(database, "MonitorDispatchLog", "id", "at < :before", budget, before);
  remove_some(database, "MonitorAuditLog", "id", "at < :before", budget, before);
  remove_some(database, "UserSession", "tokenHash", "expiresAt < :before", budget, before);
  remove_some(database, "MonitorAlertOutbox", "userId, id", "dueAt IS NULL AND createdAt < :before", budget,
              before);
}

}  // namespace

void leave_history_to_retention(Database& database, const UserId& user_id, const MonitorId& monitor_id) {
  database.command<UserId, MonitorId, Timestamp>(fmt::format(
      "INSERT INTO MonitorRemovedHistory (userId, monitorId, removedAt) VALUES (:user, :monitor, :now){}",
      database.engine().keep_existing()))(user_id, monitor_id, database.now());
}

std::int64_t purge_batch(Database& database, const Retention& retention) {
  const auto purge = [&] {
    Budget budget(retention.batch);
    purge_removed(database, budget);
    purge_checks(database, retention.checks_before, budget);
    purge_rounds(database, retention.rounds_before, budget);
    budget = database.write([&] {
      auto left = budget;
      purge_logs(database, retention.logs_before, left);
      return left;
    });
    return budget.used();
  };
  // Where nobody else writes meanwhile, one commit for all.
  return database.engine().has_one_writer() ? database.write(purge) : purge();
}

}  // namespace watchbill::store
