#include "store/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.h"
#include "tests/support/temp_store.h"

namespace watchbill::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParameterNames, are_in_the_order_of_their_first_appearance) {
  EXPECT_THAT(parameter_names("UPDATE t SET a = :b, c = :a_1 WHERE b = :b AND d = ':no' AND \"e:no\" = :z"),
              ElementsAre("b", "a_1", "z"));
  EXPECT_THAT(parameter_names("SELECT 1"), IsEmpty());
}

class StatementTest : public testing::Test {
 protected:
  struct Row {
    std::string text;
    std::optional<std::string> maybe_text;
    std::int64_t number = 7;
    std::optional<int> maybe_number;
    base::Timestamp time;
    bool flag = true;

    auto columns() { return std::tie(text, maybe_text, number, maybe_number, time, flag); }
  };

  StatementTest() {
    database_.command<>(
        "CREATE TABLE t (text TEXT, maybe_text TEXT, number INTEGER, maybe_number INTEGER, time INTEGER, "
        "flag INTEGER) STRICT")();
  }
  std::int64_t insert(const Row& row) {
    return database_.command<std::string, std::optional<std::string>, std::int64_t, std::optional<int>,
                             base::Timestamp, bool>("INSERT INTO t VALUES (:a, :b, :c, :d, :e, :f)")(
        row.text, row.maybe_text, row.number, row.maybe_number, row.time, row.flag);
  }
  std::vector<Row> rows() { return database_.query<Row>("SELECT * FROM t ORDER BY rowid").all(); }

  support::TempFolder folder_;
  Database database_{{.url = "sqlite:" + (folder_.path() / "test.db").string()}};
};

TEST_F(StatementTest, values_come_back_as_they_went_in) {
  constexpr auto kLarge = std::numeric_limits<std::int64_t>::max();
  const std::string text = "it's \"quoted\"; \xE4\xB8\xAD\xE6\x96\x87\n";
  EXPECT_EQ(insert({text, "x", kLarge, -5, base::from_epoch_ms(1'800'000'000'123), true}), 1);
  EXPECT_EQ(insert({"", std::nullopt, -kLarge, std::nullopt, base::from_epoch_ms(-1), false}), 1);
  const auto all = rows();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].text, text);
  EXPECT_EQ(all[0].maybe_text, "x");
  EXPECT_EQ(all[0].number, kLarge);
  EXPECT_EQ(all[0].maybe_number, -5);
  EXPECT_EQ(base::to_epoch_ms(all[0].time), 1'800'000'000'123);
  EXPECT_TRUE(all[0].flag);
  EXPECT_EQ(all[1].text, "");
  EXPECT_EQ(all[1].maybe_text, std::nullopt);
  EXPECT_EQ(all[1].number, -kLarge);
  EXPECT_EQ(all[1].maybe_number, std::nullopt);
  EXPECT_EQ(base::to_epoch_ms(all[1].time), -1);
  EXPECT_FALSE(all[1].flag);
}

TEST_F(StatementTest, null_in_a_column_that_has_no_word_for_it_is_zero_or_empty) {
  insert({"x", "y", 1, 2, base::from_epoch_ms(3), true});
  database_.command<>("INSERT INTO t VALUES (NULL, NULL, NULL, NULL, NULL, NULL)")();
  const auto all = rows();
  EXPECT_EQ(all[1].text, "") << "and not what the row before had";
  EXPECT_EQ(all[1].number, 0);
  EXPECT_EQ(base::to_epoch_ms(all[1].time), 0);
  EXPECT_FALSE(all[1].flag);
}

TEST_F(StatementTest, a_value_after_null_and_null_after_a_value) {
  for (const auto& value :
       {std::optional<std::string>("a"), std::optional<std::string>(), std::optional<std::string>("b")})
    insert({"", value, 0, std::nullopt, {}, false});
  EXPECT_EQ(rows()[0].maybe_text, "a");
  EXPECT_EQ(rows()[1].maybe_text, std::nullopt);
  EXPECT_EQ(rows()[2].maybe_text, "b");
}

TEST_F(StatementTest, counts_what_it_changed) {
  for (int i = 0; i < 3; ++i) insert({"x", std::nullopt, i, std::nullopt, {}, false});
  auto& update = database_.command<std::int64_t>("UPDATE t SET flag = 1 WHERE number >= :least");
  EXPECT_EQ(update(1), 2);
  EXPECT_EQ(update(1), 2) << "rows found, whether or not they differ";
  EXPECT_EQ(update(5), 0);
}

TEST_F(StatementTest, first_leaves_no_row_unread) {
  for (int i = 0; i < 3; ++i) insert({"x", std::nullopt, i, std::nullopt, {}, false});
  auto& query = database_.query<std::int64_t>("SELECT number FROM t ORDER BY number DESC");
  EXPECT_EQ(query.first(), 2);
  EXPECT_THAT(query.all(), ElementsAre(2, 1, 0));
  // A statement that was left open would keep this lock from being had.
  Database other({.url = "sqlite:" + (folder_.path() / "test.db").string(), .busy_timeout = base::Millis(0)});
  EXPECT_EQ(query.first(), 2);
  EXPECT_NO_THROW(other.in_transaction(Engine::Access::migrate, [] {}));
}

TEST_F(StatementTest, the_number_of_parameters_must_fit) {
  EXPECT_THROW(database_.command<int>("DELETE FROM t"), std::logic_error);
  EXPECT_THROW(database_.command<>("DELETE FROM t WHERE number = :n"), std::logic_error);
}

TEST_F(StatementTest, an_error_says_what_is_wrong_without_the_values) {
  database_.command<>("CREATE UNIQUE INDEX i ON t (text)")();
  insert({"secret", std::nullopt, 1, std::nullopt, {}, false});
  try {
    insert({"secret", std::nullopt, 2, std::nullopt, {}, false});
    ADD_FAILURE() << "the text is there twice";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("UNIQUE"));
    EXPECT_THAT(e.what(), testing::Not(testing::HasSubstr("secret")));
  }
  EXPECT_EQ(rows().size(), 1u);
}

}  // namespace
}  // namespace watchbill::store
