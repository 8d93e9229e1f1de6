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

  // Before any migration ran: a table that is in the way of the first one.
  void put_an_obstacle() { database_->execute("CREATE TABLE Monitor (id INTEGER)"); }
  void remove_obstacle() { database_->execute("DROP TABLE Monitor"); }

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
  const auto name = store->migrations().front().name;
  put_an_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  const auto failed = store->migrations().front();
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_THAT(failed.error, testing::HasSubstr("Monitor"));
  EXPECT_EQ(database_->count("_prisma_migrations"), 1);

  remove_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded) << "even when its cause is gone";
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  store->resolve_migration(name, false);
  EXPECT_EQ(store->migrations().front().state, State::rolled_back);
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  EXPECT_THAT(store->migrate(), testing::Contains(name));
  EXPECT_NO_THROW(store->check_schema());
  EXPECT_EQ(store->migrations().front().state, State::applied);
}

TEST_P(MigrationsTest, one_that_was_repaired_by_hand_counts_as_applied) {
  auto store = open();
  const auto name = store->migrations().front().name;
  put_an_obstacle();
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  store->resolve_migration(name, true);
  EXPECT_EQ(store->migrations().front().state, State::applied);
  EXPECT_THAT(store->migrate(), testing::Not(testing::Contains(name)));
}

TEST_P(MigrationsTest, only_a_failed_one_can_be_resolved) {
  auto store = open();
  EXPECT_THROW(store->resolve_migration("20000101000000_unheard_of", true), store::Error);
  EXPECT_THROW(store->resolve_migration(store->migrations().front().name, true), store::Error);
  store->migrate();
  EXPECT_THROW(store->resolve_migration(store->migrations().front().name, false), store::Error);
  EXPECT_NO_THROW(store->check_schema());
}

TEST_P(MigrationsTest, a_newer_schema_is_refused) {
  auto store = open();
  store->migrate();
  database_->execute(
      "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, "
      "applied_steps_count) VALUES ('x', 'x', " +
      database_->literal(clock_.now()) + ", '29991231235959_future', " + database_->literal(clock_.now()) +
      ", 1)");
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  EXPECT_THROW(store->migrate(), store::MigrationNeeded);
  EXPECT_EQ(store->migrations().back().name, "29991231235959_future");
  EXPECT_EQ(store->migrations().back().state, State::unknown_here);
}

TEST_P(MigrationsTest, one_that_was_applied_with_another_content_is_refused) {
  auto store = open();
  store->migrate();
  database_->execute("UPDATE _prisma_migrations SET checksum = 'other'");
  EXPECT_THROW(store->check_schema(), store::MigrationNeeded);
  EXPECT_THAT(store->migrations().front().error, testing::HasSubstr("another content"));
}

}  // namespace
}  // namespace watchbill::contract
