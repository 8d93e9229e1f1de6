// From an empty database to ours, whatever happened on the way.
#include <gtest/gtest.h>

#include <thread>

#include "tests/contract/store_contract.h"

namespace watchbill::contract {
namespace {

using State = store::MigrationState::State;
using testing::IsEmpty;
using testing::SizeIs;

class MigrationsTest : public testing::TestWithParam<Engine> {
 protected:
  std::unique_ptr<store::Store> open() { return database_->open(clock_, 5s); }

  // Before any migration ran: a table with which one of them fails.
  void put_an_obstacle() {
    if (!database_->is_shared()) return database_->execute("CREATE TABLE UserMonitor (id INTEGER)");
    database_->execute(
        "CREATE TABLE UserMonitorSchedule (id VARCHAR(191) PRIMARY KEY, userId VARCHAR(191) UNIQUE, enabled "
        "BOOLEAN, "
        "intervalMinutes INT, nextRunAt DATETIME(3), lastRunAt DATETIME(3), lastStatus TEXT, lastError TEXT, "
        "lastDuration INT, lockedUntil DATETIME(3), lockedBy TEXT, updatedAt DATETIME(3))");
  }
  void remove_obstacle() {
    database_->execute(database_->is_shared()
                           ? "ALTER TABLE UserMonitorSchedule ADD COLUMN createdAt DATETIME(3)"
                           : "DROP TABLE UserMonitor");
  }

  void note_applied(const std::string& name) {
    const auto now = database_->literal(clock_.now());
    database_->execute(
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, "
        "applied_steps_count) VALUES ('x', 'x', " +
        now + ", '" + name + "', " + now + ", 1)");
  }

  static store::MigrationState failed_one(store::Store& store) {
    for (auto& state : store.migrations())
      if (state.state == State::failed) return state;
    throw std::runtime_error("no migration has failed");
  }
  static State state_of(store::Store& store, const std::string& name) {
    for (auto& state : store.migrations())
      if (state.name == name) return state.state;
    throw std::runtime_error("no migration " + name);
  }

  base::ManualClock clock_{base::Timestamp(1'800'000'000'000ms)};
  std::unique_ptr<TestDatabase> database_ = GetParam().create();
};
WATCHBILL_ON_EVERY_ENGINE(MigrationsTest);

TEST_P(MigrationsTest, an_empty_database_has_everything_pending) {
  const auto store = open();
  const auto states = store->migrations();
  ASSERT_THAT(states, testing::Not(IsEmpty()));
  for (const auto& state : states) EXPECT_EQ(state.state, State::pending) << state.name;
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
}

TEST_P(MigrationsTest, deploying_applies_each_once_and_says_which) {
  const auto store = open();
  const auto known = store->migrations();
  const auto applied = store->migrate();
  ASSERT_EQ(applied.size(), known.size());
  EXPECT_EQ(applied.front(), known.front().name);
  EXPECT_NO_THROW(store->check_schema());
  for (const auto& state : store->migrations()) {
    EXPECT_EQ(state.state, State::applied);
    EXPECT_EQ(state.finished_at, clock_.now());
  }
  EXPECT_THAT(store->migrate(), IsEmpty());
  EXPECT_THAT(open()->migrate(), IsEmpty());
}

TEST_P(MigrationsTest, processes_that_deploy_at_once_apply_each_once) {
  open();
  std::vector<std::vector<std::string>> applied(4);
  std::vector<std::thread> processes;
  for (auto& names : applied) processes.emplace_back([&] { names = open()->migrate(); });
  for (auto& process : processes) process.join();
  std::size_t total = 0;
  for (const auto& names : applied) total += names.size();
  EXPECT_EQ(total, open()->migrations().size());
  EXPECT_EQ(database_->count("_prisma_migrations"), static_cast<std::int64_t>(total));
  EXPECT_NO_THROW(open()->check_schema());
}

TEST_P(MigrationsTest, a_failed_one_leaves_a_trace_and_stops_everything_until_it_is_resolved) {
  auto store = open();
  put_an_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  const auto failed = failed_one(*store);
  const auto name = failed.name;
  EXPECT_THAT(failed.error, testing::Not(IsEmpty()));

  remove_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded) << "even when its cause is gone";
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  store->resolve_migration(name, false);
  EXPECT_EQ(state_of(*store, name), State::rolled_back);
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  EXPECT_THAT(store->migrate(), testing::Contains(name));
  EXPECT_NO_THROW(store->check_schema());
  EXPECT_EQ(state_of(*store, name), State::applied);
}

TEST_P(MigrationsTest, one_that_was_repaired_by_hand_counts_as_applied) {
  auto store = open();
  put_an_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  const auto name = failed_one(*store).name;
  store->resolve_migration(name, true);
  EXPECT_EQ(state_of(*store, name), State::applied);
}

TEST_P(MigrationsTest, one_that_was_applied_by_hand_may_be_marked_as_such) {
  auto store = open();
  const auto name = store->migrations().back().name;
  store->migrate();
  database_->execute("DELETE FROM _prisma_migrations WHERE migration_name = '" + name + "'");
  EXPECT_THROW(store->migrate(), store::MigrationNeeded) << "its tables are there";
  database_->execute("DELETE FROM _prisma_migrations WHERE migration_name = '" + name + "'");
  store->resolve_migration(name, true);
  EXPECT_NO_THROW(store->check_schema());
}

TEST_P(MigrationsTest, only_a_failed_one_can_be_rolled_back) {
  auto store = open();
  EXPECT_THROW(store->resolve_migration("20000101000000_unheard_of", true), store::Error);
  EXPECT_THROW(store->resolve_migration(store->migrations().front().name, false), store::Error);
  store->migrate();
  EXPECT_THROW(store->resolve_migration(store->migrations().front().name, false), store::Error);
  EXPECT_NO_THROW(store->check_schema());
}

TEST_P(MigrationsTest, a_newer_schema_is_refused) {
  auto store = open();
  store->migrate();
  note_applied("29991231235959_future_watchbill");
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  EXPECT_EQ(store->migrations().back().name, "29991231235959_future_watchbill");
  EXPECT_EQ(store->migrations().back().state, State::unknown_here);
}

TEST_P(MigrationsTest, one_of_another_application_is_left_alone_where_there_may_be_one) {
  auto store = open();
  store->migrate();
  note_applied("20240101000000_init_of_the_shop");
  if (database_->is_shared()) {
    EXPECT_NO_THROW(store->check_schema());
    EXPECT_THAT(store->migrate(), IsEmpty());
  } else {
    EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  }
}

TEST_P(MigrationsTest, a_table_of_another_application_is_never_taken_for_ours) {
  auto store = open();
  if (!database_->is_shared()) return;
  database_->execute("CREATE TABLE UserSession (id INTEGER)");
  const auto deploy = [&] { store->migrate(); };
  EXPECT_THAT(deploy, testing::ThrowsMessage<store::MigrationNeeded>(testing::HasSubstr("UserSession")));
  EXPECT_EQ(database_->count(
                "information_schema.tables WHERE table_schema = database() AND table_name = 'UserMonitor'"),
            0);
  database_->execute("DROP TABLE UserSession");
  EXPECT_NO_THROW(store->migrate());
  EXPECT_NO_THROW(store->check_schema());
}

// As the specification's manual way leaves it, and with the application's own users and schedules.
TEST_P(MigrationsTest, a_database_that_is_in_use_is_adopted) {
  if (!database_->is_shared()) return;
  auto store = open();
  database_->execute(
      "CREATE TABLE User (id VARCHAR(191) NOT NULL PRIMARY KEY, email VARCHAR(191) NOT NULL UNIQUE, name "
      "VARCHAR(191), "
      "passwordHash VARCHAR(191), role ENUM('ADMIN', 'USER') DEFAULT 'USER') CHARACTER SET utf8mb4 COLLATE "
      "utf8mb4_unicode_ci;"
      "CREATE TABLE UserMonitorSchedule (id VARCHAR(191) NOT NULL PRIMARY KEY, userId VARCHAR(191) NOT NULL "
      "UNIQUE, "
      "enabled BOOLEAN NOT NULL DEFAULT true, intervalMinutes INTEGER NOT NULL DEFAULT 5, nextRunAt "
      "DATETIME(3) NULL, "
      "lastRunAt DATETIME(3) NULL, lastStatus VARCHAR(191) NULL, lastError TEXT NULL, lastDuration INTEGER "
      "NULL, "
      "lockedUntil DATETIME(3) NULL, lockedBy VARCHAR(191) NULL, createdAt DATETIME(3) NOT NULL DEFAULT "
      "CURRENT_TIMESTAMP(3), updatedAt DATETIME(3) NOT NULL, INDEX (enabled, nextRunAt)) CHARACTER SET "
      "utf8mb4 COLLATE "
      "utf8mb4_unicode_ci;"
      "INSERT INTO User (id, email, role) VALUES ('cm1', 'anna@example.org', 'ADMIN'), ('cm2', "
      "'bela@example.org', NULL);"
      "INSERT INTO UserMonitorSchedule (id, userId, intervalMinutes, nextRunAt, createdAt, updatedAt) VALUES "
      "('s1', 'cm1', 0, " +
      database_->literal(clock_.now()) + ", " + database_->literal(clock_.now() - 24h) +
      ", NOW(3)), ('s2', 'cm2', 7, NULL, " + database_->literal(clock_.now() - 1min) + ", NOW(3))");
  const auto plan = store->plan_migration();
  ASSERT_THAT(plan, SizeIs(store->migrations().size()));
  EXPECT_THAT(plan[0].keeps, testing::ElementsAre("User", "UserMonitorSchedule"));
  EXPECT_THAT(plan[1].changes, testing::ElementsAre("UserMonitorSchedule"));
  EXPECT_THAT(plan[1].creates, testing::Contains("MonitorRound"));
  for (const auto& state : store->migrations())
    EXPECT_EQ(state.state, State::pending) << "a plan changes nothing";
  EXPECT_THAT(store->migrate(), SizeIs(plan.size()));
  EXPECT_THAT(store->plan_migration(), IsEmpty());
  EXPECT_NO_THROW(open()->check_schema());
  EXPECT_EQ(database_->value("SELECT role FROM User WHERE id = 'cm1'"), "ADMIN");
  const auto claims = store->schedules().claim_due({10, "dispatcher-1", kLockTtl});
  ASSERT_THAT(claims, SizeIs(2));
  EXPECT_EQ(claims[0].user_email, "bela@example.org") << "no slot: as old as its row";
  EXPECT_EQ(claims[1].interval_minutes, 1) << "within what an interval may be";
  const auto user = store->users().find("cm1");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->role, domain::Role::user)
      << "what the other application calls its administrators is not ours";
  EXPECT_TRUE(
      std::holds_alternative<domain::User>(store->users().edit("cm1", {.role = domain::Role::admin})));
  EXPECT_TRUE(store->users().has_admin());
  EXPECT_EQ(database_->count("User"), 2);
}

// The application may have had the specification's migration before, in its own words.
TEST_P(MigrationsTest, one_that_was_applied_with_another_content_is_refused_unless_it_may_be_anothers) {
  auto store = open();
  store->migrate();
  database_->execute("UPDATE _prisma_migrations SET checksum = 'other'");
  if (database_->is_shared()) {
    EXPECT_NO_THROW(store->check_schema());
  } else {
    EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
    EXPECT_THAT(store->migrations().front().error, testing::HasSubstr("another content"));
  }
}

TEST_P(MigrationsTest, one_that_was_interrupted_is_begun_again) {
  auto store = open();
  const auto last = store->migrations().back().name;
  store->migrate();
  database_->execute("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '" + last +
                     "'");
  database_->execute("DROP TABLE MonitorProcess");
  EXPECT_EQ(state_of(*store, last), State::interrupted);
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  if (!database_->is_shared()) return;  // a transaction leaves nothing that is begun
  EXPECT_THAT(store->migrate(), testing::ElementsAre(last));
  EXPECT_NO_THROW(store->check_schema());
  EXPECT_EQ(database_->count("MonitorProcess"), 0);
}

}  // namespace
}  // namespace watchbill::contract
