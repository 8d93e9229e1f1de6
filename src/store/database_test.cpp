#include "store/database.h"

#include <gtest/gtest.h>

#include "tests/support/temp_store.h"

namespace watchbill::store {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() { database_.command<>("CREATE TABLE t (n INTEGER) STRICT")(); }

  StoreOptions options() {
    return {.url = "sqlite:" + (folder_.path() / "test.db").string(), .busy_timeout = {}};
  }
  void insert(int n) { database_.command<int>("INSERT INTO t VALUES (:n)")(n); }
  std::int64_t count(Database& database) {
    return database.query<std::int64_t>("SELECT count(*) FROM t").value();
  }

  support::TempFolder folder_;
  Database database_{options()};
};

TEST_F(DatabaseTest, a_transaction_keeps_all_or_nothing) {
  database_.write([&] { insert(1), insert(2); });
  EXPECT_EQ(count(database_), 2);
  EXPECT_THROW(database_.write([&] {
    insert(3);
    throw std::runtime_error("halfway");
  }),
               std::runtime_error);
  EXPECT_EQ(count(database_), 2);
  EXPECT_EQ(database_.write([&] {
    insert(4);
    return 4;
  }),
            4)
      << "and the next one works";
}

TEST_F(DatabaseTest, what_is_not_committed_is_seen_by_nobody_else) {
  Database other(options());
  database_.write([&] {
    insert(1);
    EXPECT_EQ(count(other), 0);
  });
  EXPECT_EQ(count(other), 1);
}

TEST_F(DatabaseTest, a_snapshot_does_not_change_under_its_reader) {
  Database other(options());
  database_.snapshot([&] {
    EXPECT_EQ(count(database_), 0);
    EXPECT_THROW(other.write([&] { other.command<>("INSERT INTO t VALUES (1)")(); }), Unavailable)
        << "a rollback journal makes the writer wait";
    EXPECT_EQ(count(database_), 0);
  });
}

// COMMIT fails while somebody reads, and leaves the transaction open: it has to be undone.
TEST_F(DatabaseTest, a_commit_that_a_reader_holds_up_is_rolled_back) {
  Database reader(options());
  reader.snapshot([&] {
    count(reader);
    try {
      database_.write([&] { insert(1); });
      ADD_FAILURE() << "the reader was in the way";
    } catch (const Unavailable& e) {
      EXPECT_EQ(e.reason, Unavailable::Reason::busy);
      EXPECT_FALSE(e.outcome_unknown);
    }
  });
  EXPECT_EQ(count(database_), 0);
  database_.write([&] { insert(2); });
  EXPECT_EQ(count(reader), 1);
}

TEST_F(DatabaseTest, writers_queue_up_at_the_beginning_and_not_in_the_middle) {
  Database other(options());
  database_.write([&] {
    // Nothing is written yet, and still there is one writer only.
    EXPECT_THROW(other.write([] {}), Unavailable);
  });
  EXPECT_NO_THROW(other.write([] {}));
}

TEST_F(DatabaseTest, a_statement_is_prepared_once) {
  auto& first = database_.query<std::int64_t>("SELECT n FROM t");
  auto& second = database_.query<std::int64_t>(std::string("SELECT n ") + "FROM t");
  EXPECT_EQ(&first, &second);
  EXPECT_THROW(database_.query<std::string>("SELECT n FROM t"), std::bad_cast);
}

TEST_F(DatabaseTest, prepared_statements_survive_a_change_of_the_schema) {
  auto& query = database_.query<std::int64_t>("SELECT count(*) FROM t");
  EXPECT_EQ(query.value(), 0);
  Database other(options());
  other.command<>("ALTER TABLE t ADD COLUMN m INTEGER")();
  EXPECT_EQ(query.value(), 0);
}

}  // namespace
}  // namespace watchbill::store
