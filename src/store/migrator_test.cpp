#include "store/migrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_store.h"

namespace watchbill::store {
namespace {

using State = MigrationState::State;
using testing::ElementsAre;
using testing::IsEmpty;

class MigratorTest : public testing::Test {
 protected:
  std::vector<std::string> deploy() { return Migrator(database_, known_).deploy(); }
  std::vector<State> states() {
    std::vector<State> states;
    for (const auto& migration : Migrator(database_, known_).states()) states.push_back(migration.state);
    return states;
  }
  void check() { Migrator(database_, known_).check(); }
  bool has_column(const std::string& column) {
    return database_
               .query<std::int64_t, std::string>(
                   "SELECT count(*) FROM pragma_table_info('t') WHERE name = :column")
               .value(column) > 0;
  }

  support::TempFolder folder_;
  Database database_{{.url = "sqlite:" + (folder_.path() / "test.db").string()}};
  std::vector<Migration> known_{{"1_first", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);"},
                                {"2_second", "ALTER TABLE t ADD COLUMN b INTEGER;"}};
};

TEST_F(MigratorTest, applies_in_order_each_in_a_transaction_of_its_own) {
  known_.push_back(
      {"3_broken", "ALTER TABLE t ADD COLUMN c INTEGER; ALTER TABLE nowhere ADD COLUMN c INTEGER;"});
  EXPECT_THROW(deploy(), MigrationNeeded);
  EXPECT_THAT(states(), ElementsAre(State::applied, State::applied, State::failed));
  EXPECT_TRUE(has_column("b"));
  EXPECT_FALSE(has_column("c")) << "nothing of the failed one is kept";
}

TEST_F(MigratorTest, goes_on_where_an_older_version_stopped) {
  const auto all = known_;
  known_.resize(1);
  EXPECT_THAT(deploy(), ElementsAre("1_first"));
  known_ = all;
  EXPECT_THAT(states(), ElementsAre(State::applied, State::pending));
  EXPECT_THROW(check(), MigrationNeeded);
  EXPECT_THAT(deploy(), ElementsAre("2_second"));
  EXPECT_NO_THROW(check());
}

TEST_F(MigratorTest, an_older_version_refuses_what_a_newer_one_made) {
  deploy();
  known_.pop_back();
  EXPECT_THAT(states(), ElementsAre(State::applied, State::unknown_here));
  EXPECT_THROW(check(), MigrationNeeded);
  EXPECT_THROW(deploy(), MigrationNeeded);
}

TEST_F(MigratorTest, a_newer_one_that_was_rolled_back_is_in_nobodys_way) {
  known_.push_back({"3_broken", "nonsense"});
  EXPECT_THROW(deploy(), MigrationNeeded);
  Migrator(database_, known_).resolve("3_broken", false);
  known_.pop_back();
  EXPECT_NO_THROW(check());
  EXPECT_THAT(deploy(), IsEmpty());
}

TEST_F(MigratorTest, a_corrected_migration_can_follow_a_rolled_back_one) {
  known_.push_back({"3_broken", "nonsense"});
  EXPECT_THROW(deploy(), MigrationNeeded);
  Migrator(database_, known_).resolve("3_broken", false);
  known_.back().sql = "ALTER TABLE t ADD COLUMN c INTEGER";
  EXPECT_THAT(deploy(), ElementsAre("3_broken"));
  EXPECT_NO_THROW(check());
  EXPECT_TRUE(has_column("c"));
}

// No room, no lock, no disk: that is nothing to resolve.
TEST_F(MigratorTest, a_database_that_cannot_be_written_now_is_no_failed_migration) {
  known_.resize(1);
  deploy();
  known_.push_back({"2_second", "ALTER TABLE t ADD COLUMN b INTEGER;"});
  Database other({.url = "sqlite:" + (folder_.path() / "test.db").string(), .busy_timeout = base::Millis(1)});
  database_.write([&] { EXPECT_THROW(Migrator(other, known_).deploy(), Unavailable); });
  EXPECT_THAT(states(), ElementsAre(State::applied, State::pending));
  EXPECT_THAT(deploy(), ElementsAre("2_second"));
}

TEST_F(MigratorTest, states_can_be_read_before_anything_was_ever_applied) {
  EXPECT_THAT(states(), ElementsAre(State::pending, State::pending));
  EXPECT_THROW(check(), MigrationNeeded);
}

}  // namespace
}  // namespace watchbill::store
