#include "tests/contract/store_witness.h"

#include <fmt/format.h>

namespace watchbill::contract {

namespace {

// Of how many users one has a monitor.
constexpr int kUsersPerMonitor = 151;

struct NoSuchRows {
  const char* what;
  const char* rows;  // FROM …
};

constexpr NoSuchRows kNoSuchRows[] = {
    {"slots without their round",
     "witness_slot w WHERE NOT EXISTS (SELECT 1 FROM MonitorRound r WHERE r.userId = w.userId AND r.slot = "
     "w.slot)"},
    {"rounds of other slots",
     "MonitorRound r WHERE NOT EXISTS (SELECT 1 FROM witness_slot w WHERE w.userId = r.userId AND w.slot = "
     "r.slot)"},
    {"slots not recorded once",
     "witness_slot w LEFT JOIN witness_round r USING (userId, slot) WHERE coalesce(r.times, 0) <> 1"},
    {"rounds of another fence than was recorded",
     "MonitorRound r JOIN witness_round w USING (userId, slot) WHERE r.fence <> w.fence"},
    {"rounds that missed more or less than passed",
     "MonitorRound r JOIN witness_slot w USING (userId, slot) WHERE r.missed <> w.missed"},
    {"schedules at another slot than the next",
     "UserMonitorSchedule s JOIN witness_slot w USING (userId) WHERE s.nextRunAt <> w.slot + INTERVAL "
     "s.intervalMinutes * (w.missed + 1) MINUTE"},
    {"schedules still locked", "UserMonitorSchedule WHERE lockedUntil IS NOT NULL OR lockedBy IS NOT NULL"},
    {"schedules whose last claim left no round",
     "UserMonitorSchedule s LEFT JOIN MonitorRound r ON r.userId = s.userId AND r.fence = s.fence WHERE "
     "r.userId IS NULL OR s.startedFence <> s.fence OR s.lastStatus <> r.outcome OR s.roundsFrom <> r.slot"},
    {"monitors in another state than their check's",
     "UserMonitor WHERE state <> CASE name WHEN 'down' THEN 'down' ELSE 'up' END"},
    {"monitors whose check was counted twice or never",
     "UserMonitor WHERE consecutiveFailures <> (name = 'down') OR consecutiveSuccesses <> (name <> 'down')"},
    {"monitors without one check of their slot",
     "UserMonitor m JOIN witness_slot w USING (userId) WHERE (SELECT count(*) FROM MonitorCheck c WHERE "
     "c.userId = m.userId AND c.monitorId = m.id AND c.slot = w.slot) <> 1"},
    {"rounds whose counts are not their checks'",
     "MonitorRound r WHERE (r.up, r.down, r.unknown) <> (SELECT coalesce(sum(c.verdict = 'up'), 0), "
     "coalesce(sum(c.verdict = 'down'), 0), 0 FROM MonitorCheck c WHERE c.userId = r.userId AND c.slot = "
     "r.slot)"},
    {"monitors whose incidents are not as they should be",
     "UserMonitor m WHERE (SELECT count(*) FROM MonitorIncident i WHERE i.userId = m.userId AND i.monitorId "
     "= m.id AND (i.endedAt IS NULL) = (m.name = 'down')) <> (m.name <> 'up') OR (SELECT count(*) FROM "
     "MonitorIncident i WHERE i.userId = m.userId) <> (m.name <> 'up')"},
    {"monitors whose alerts are not as they should be",
     "UserMonitor m WHERE (SELECT count(*) FROM MonitorAlertOutbox o WHERE o.userId = m.userId AND "
     "o.transition = CASE m.name WHEN 'down' THEN 'down' ELSE 'up' END) <> (m.name <> 'up') OR (SELECT "
     "count(*) FROM MonitorAlertOutbox o WHERE o.userId = m.userId) <> (m.name <> 'up')"},
};

}  // namespace

void StoreWitness::prepare(int users) {
  connection_.execute(
      "CREATE TABLE test_queue (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, userId VARCHAR(191) NOT NULL, "
      "fence BIGINT NOT NULL, dueAt DATETIME(3) NOT NULL, isRedelivered BOOLEAN NOT NULL, INDEX (dueAt));"
      "CREATE TABLE witness_slot (userId VARCHAR(191) NOT NULL PRIMARY KEY, slot DATETIME(3) NOT NULL, "
      "missed BIGINT NOT NULL) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
      "CREATE TABLE witness_round (userId VARCHAR(191) NOT NULL, slot DATETIME(3) NOT NULL, fence BIGINT NOT "
      "NULL, times INTEGER NOT NULL, PRIMARY KEY (userId, slot)) DEFAULT CHARACTER SET utf8mb4 COLLATE "
      "utf8mb4_unicode_ci;"
      "CREATE TABLE violation (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(191) NOT NULL, "
      "userId VARCHAR(191) NOT NULL, detail TEXT NOT NULL)");
  add_users(users);
  add_monitors();
  watch_schedules();
  watch_rounds();
}

// Every tenth user has an hourly slot that came five and a half hours ago: five more have passed unseen. The
// next one of everybody lies beyond the end of the test.
void StoreWitness::add_users(int users) {
  connection_.execute(fmt::format(
      "CREATE TABLE test_digit (n INTEGER NOT NULL PRIMARY KEY);"
      "INSERT INTO test_digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);"
      "CREATE TABLE test_user (n INTEGER NOT NULL PRIMARY KEY, userId VARCHAR(191) NOT NULL) DEFAULT "
      "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
      "INSERT INTO test_user SELECT n, CONCAT(LPAD(CONV(CRC32(n), 10, 36), 8, '0'), LPAD(n, 18, '0')) FROM "
      "(SELECT a.n + 10 * b.n + 100 * c.n + 1000 "
      "* d.n + 10000 * e.n AS n FROM test_digit a, test_digit b, test_digit c, test_digit d, test_digit e) "
      "AS "
      "numbers WHERE n < {};"
      "INSERT INTO User (id, email) SELECT userId, concat(userId, '@example.org') FROM test_user;"
      "INSERT INTO UserAccount (userId, createdAt, updatedAt) SELECT userId, UTC_TIMESTAMP(3), "
      "UTC_TIMESTAMP(3) FROM test_user;"
      "SET @now = UTC_TIMESTAMP(3);"
      "INSERT INTO witness_slot SELECT userId, @now - INTERVAL CASE n % 10 WHEN 0 THEN 330 ELSE 10 END "
      "MINUTE "
      "- INTERVAL n * 1000 MICROSECOND, CASE n % 10 WHEN 0 THEN 5 ELSE 0 END FROM test_user;"
      "INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt) SELECT userId, userId, CASE "
      "missed WHEN 0 THEN 1440 ELSE 60 END, slot FROM witness_slot",
      users));
}

// Their names say how they end: `down` and `up` were never checked, `back` was down.
void StoreWitness::add_monitors() {
  connection_.execute(fmt::format(
      "INSERT INTO UserMonitor (userId, id, position, name, kind, config, state, stateSince, "
      "consecutiveFailures, createdAt, updatedAt) SELECT userId, concat('m', n), 1, ELT(k + 1, 'down', 'up', "
      "'back'), 'tcp', '{{}}', IF(k = 2, 'down', 'pending'), @now, IF(k = 2, 3, 0), @now, @now FROM (SELECT "
      "userId, n, n DIV {0} % 3 AS k FROM test_user WHERE n % {0} = 0) AS chosen;"
      "INSERT INTO MonitorChannel (userId, id, name, kind, config, createdAt, updatedAt) SELECT userId, 'c', "
      "'channel', 'webhook', '{{}}', @now, @now FROM UserMonitor;"
      "INSERT INTO MonitorIncident (userId, id, monitorId, startedAt, cause, detail) SELECT userId, 'i', id, "
      "@now, 'timeout', '' FROM UserMonitor WHERE name = 'back'",
      kUsersPerMonitor));
}

// By the database's clock, which is never behind the one that the writer decided by.
void StoreWitness::watch_schedules() {
  connection_.execute(R"(
    CREATE TRIGGER witness_schedule BEFORE UPDATE ON UserMonitorSchedule FOR EACH ROW
    BEGIN
      DECLARE is_locked BOOLEAN DEFAULT coalesce(OLD.lockedUntil > UTC_TIMESTAMP(3), FALSE);
      DECLARE is_started BOOLEAN DEFAULT OLD.startedFence = OLD.fence;
      DECLARE is_queued BOOLEAN DEFAULT OLD.startedFence < OLD.fence AND OLD.lockedBy LIKE 'dispatcher-%';
      DECLARE is_claim BOOLEAN DEFAULT NEW.fence <> OLD.fence;
      DECLARE is_start BOOLEAN DEFAULT NEW.startedFence > OLD.startedFence;
      DECLARE is_move BOOLEAN DEFAULT NEW.nextRunAt <> OLD.nextRunAt;
      DECLARE what VARCHAR(191) DEFAULT CASE
        WHEN NEW.fence < OLD.fence THEN 'a fence went back'
        WHEN NEW.fence > OLD.fence + 1 THEN 'a fence was left out'
        WHEN is_claim AND is_locked AND is_started THEN 'claimed while it ran'
        WHEN is_claim AND is_locked AND NOT (is_queued AND is_start) THEN 'claimed while it was locked'
        WHEN is_start AND NEW.startedFence <> NEW.fence THEN 'started with an old fence'
        WHEN NOT is_claim AND is_started AND NEW.lockedBy <> OLD.lockedBy THEN 'started twice with one fence'
        WHEN NEW.startedFence < OLD.startedFence AND NOT coalesce(is_started AND NOT is_claim AND
             NEW.startedFence = OLD.fence - 1 AND NEW.lockedBy = OLD.lockedBy AND OLD.lockedUntil IS NOT NULL,
             FALSE) THEN 'given back by somebody else'
        WHEN NOT is_claim AND NOT is_start AND OLD.lockedUntil IS NULL AND NEW.lockedUntil IS NOT NULL
             THEN 'a free row was locked'
        WHEN NEW.nextRunAt < OLD.nextRunAt THEN 'a slot came back'
        WHEN is_move AND NOT EXISTS (SELECT 1 FROM MonitorRound r WHERE r.userId = NEW.userId AND
             r.slot = OLD.nextRunAt AND r.fence = NEW.fence) THEN 'a slot passed without its round'
        WHEN is_locked AND is_started AND NEW.lockedUntil IS NULL AND NOT is_move THEN 'freed while it ran'
      END;
      IF what IS NOT NULL THEN
        INSERT INTO violation (what, userId, detail) VALUES (what, OLD.userId, concat_ws(' ',
          'fence', OLD.fence, OLD.startedFence, 'by', OLD.lockedBy, 'until', OLD.lockedUntil,
          'became', NEW.fence, NEW.startedFence, 'by', NEW.lockedBy, 'until', NEW.lockedUntil,
          'at', UTC_TIMESTAMP(3)));
      END IF;
    END)");
}

// Before the insert, so that one of a round that is there already is seen as well.
void StoreWitness::watch_rounds() {
  connection_.execute(R"(
    CREATE TRIGGER witness_round BEFORE INSERT ON MonitorRound FOR EACH ROW
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM UserMonitorSchedule s WHERE s.userId = NEW.userId AND
          s.fence = NEW.fence AND s.startedFence = NEW.fence AND s.nextRunAt = NEW.slot AND
          s.lockedBy = NEW.worker) THEN
        INSERT INTO violation (what, userId, detail) SELECT 'a round recorded without authority', s.userId,
          concat_ws(' ', 'fence', s.fence, s.startedFence, 'by', s.lockedBy, 'the round', NEW.fence, 'by',
          NEW.worker, NEW.slot) FROM UserMonitorSchedule s WHERE s.userId = NEW.userId;
      END IF;
      INSERT INTO witness_round (userId, slot, fence, times) VALUES (NEW.userId, NEW.slot, NEW.fence, 1)
        ON DUPLICATE KEY UPDATE times = times + 1;
    END)");
}

bool StoreWitness::is_all_recorded() {
  return connection_.value(
             "SELECT count(*) FROM (SELECT 1 FROM UserMonitorSchedule WHERE claimableAt < UTC_TIMESTAMP(3) + "
             "INTERVAL 5 MINUTE LIMIT 1) AS due") == "0";
}

bool StoreWitness::has_violations() {
  return connection_.value("SELECT id FROM violation LIMIT 1").has_value();
}

std::vector<std::string> StoreWitness::violations() {
  std::vector<std::string> seen;
  for (const auto& row : connection_.rows(
           "SELECT count(*), what, min(userId), min(detail) FROM violation GROUP BY what ORDER BY min(id)"))
    seen.push_back(fmt::format("{} times: {} ({}: {})", row[0], row[1], row[2], row[3]));
  return seen;
}

std::vector<std::string> StoreWitness::findings() {
  std::vector<std::string> found;
  for (const auto& [what, rows] : kNoSuchRows) {
    const auto count = connection_.value(fmt::format("SELECT count(*) FROM {}", rows));
    if (count != "0") found.push_back(fmt::format("{} {}", count.value_or(""), what));
  }
  return found;
}

}  // namespace watchbill::contract
