// What tests of the MySQL engine share: a server, a migrated database on it, and verbs of the domain.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "store/database.h"
#include "store/migrator.h"
#include "store/mysql.h"
#include "store/schedules.h"
#include "tests/support/mariadb_server.h"

namespace watchbill::store::testing {

using namespace std::chrono_literals;

// For all tests of the process.
inline support::MariaDbServer& shared_server() {
  static support::MariaDbServer server({"--innodb-flush-log-at-trx-commit=0"});
  return server;
}

class MysqlFixture : public ::testing::Test {
 protected:
  explicit MysqlFixture(support::MariaDbServer& server = shared_server()) : server_(server) {
    Migrator(database_, database_.engine().migrations()).deploy();
  }

  std::string url(const std::string& parameters = "") const { return server_.url("test" + parameters); }
  StoreOptions options() const { return {.url = url(), .busy_timeout = 2s}; }

  void add_due_users(int count) {
    admin_.execute(
        "INSERT INTO User (id, email) SELECT CONCAT('u', seq), CONCAT('u', seq, '@example.org') FROM "
        "seq_1_to_" +
        std::to_string(count) +
        "; INSERT INTO UserMonitorSchedule (id, userId, nextRunAt) SELECT CONCAT('s', seq), CONCAT('u', "
        "seq), "
        "UTC_TIMESTAMP(3) - INTERVAL 1 SECOND FROM seq_1_to_" +
        std::to_string(count));
  }
  static std::vector<domain::Claim> claim(Schedules& schedules, std::size_t limit = 100) {
    return schedules.claim_due({limit, "dispatcher-1", 900s});
  }
  std::vector<domain::Claim> claim(std::size_t limit = 100) { return claim(schedules_, limit); }
  // Those that could be started.
  static std::vector<domain::StartedRound> start(Schedules& schedules,
                                                 const std::vector<domain::Claim>& claims) {
    StartRounds params{"worker-1", 60s, {}};
    for (const auto& claim : claims) params.claims.push_back({claim.user_id, claim.fence});
    std::vector<domain::StartedRound> rounds;
    for (auto& round : schedules.start(params))
      if (round) rounds.push_back(std::move(*round));
    return rounds;
  }
  std::vector<domain::StartedRound> start(const std::vector<domain::Claim>& claims) {
    return start(schedules_, claims);
  }
  static std::vector<FinishedRound> finished(const std::vector<domain::StartedRound>& rounds) {
    std::vector<FinishedRound> result;
    for (const auto& round : rounds) {
      auto& finished = result.emplace_back();
      finished.round = {.user_id = round.claim.user_id,
                        .slot = round.claim.slot,
                        .fence = round.claim.fence,
                        .worker = "worker-1",
                        .started_at = round.started_at,
                        .finished_at = round.started_at,
                        .outcome = domain::Outcome::success};
    }
    return result;
  }
  std::string count(const std::string& from) { return admin_.value("SELECT count(*) FROM " + from).value(); }
  // Ends all connections but the test's own.
  void kill_connections() {
    const auto ids = admin_.value(
        "SELECT GROUP_CONCAT('KILL ', id SEPARATOR ';') FROM information_schema.processlist WHERE user = "
        "'test' AND id "
        "<> CONNECTION_ID()");
    if (ids) admin_.execute(*ids);
  }

 private:
  static support::SqlConnection with_fresh_database(const support::MariaDbServer& server) {
    support::SqlConnection connection(server.url());
    connection.execute(
        "DROP DATABASE IF EXISTS test; CREATE DATABASE test CHARACTER SET utf8mb4 COLLATE "
        "utf8mb4_unicode_ci; USE test");
    return connection;
  }

 protected:
  support::MariaDbServer& server_;
  support::SqlConnection admin_ = with_fresh_database(server_);
  Database database_{options()};
  Schedules schedules_{database_};
};

}  // namespace watchbill::store::testing
