#include "store/mysql_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace watchbill::store::mysql {
namespace {

using base::from_epoch_ms;
using testing::ElementsAre;

std::string literal(base::Timestamp time) {
  std::string text;
  append_time_literal(text, time);
  return text;
}

TEST(MysqlText, a_time_is_written_in_utc_to_the_millisecond) {
  EXPECT_EQ(literal(from_epoch_ms(1'800'000'000'007)), "'2027-01-15 08:00:00.007'");
  EXPECT_EQ(literal(from_epoch_ms(-1)), "'1969-12-31 23:59:59.999'");
  EXPECT_EQ(literal(base::Timestamp::min()), "'1000-01-01 00:00:00.000'");
  EXPECT_EQ(literal(base::Timestamp::max()), "'9999-12-31 23:59:59.999'");
}

TEST(MysqlText, a_time_is_read_with_or_without_a_fraction) {
  for (const auto ms : {0LL, 1'800'000'000'007LL, -1LL, 253'402'300'799'999LL})
    EXPECT_EQ(from_datetime(literal(from_epoch_ms(ms)).substr(1, 23)), from_epoch_ms(ms));
  EXPECT_EQ(from_datetime("2027-01-15 08:00:00"), from_epoch_ms(1'800'000'000'000));
  EXPECT_EQ(from_datetime("2027-01-15 08:00:00.123456"), from_epoch_ms(1'800'000'000'123));
  for (const auto* none : {"", "0000-00-00 00:00:00.000", "2027-02-30 00:00:00", "soon"})
    EXPECT_EQ(from_datetime(none), base::Timestamp()) << none;
}

TEST(MysqlText, a_number_is_what_it_starts_with) {
  EXPECT_EQ(to_number("-12"), -12);
  EXPECT_EQ(to_number("12.00"), 12);
  EXPECT_EQ(to_number(""), 0);
}

TEST(MysqlText, a_statement_falls_into_pieces_at_its_parameters) {
  const auto pieces = split_at_parameters("SET a = :a, b = ':no', c = :b WHERE a = :a");
  EXPECT_THAT(pieces.texts, ElementsAre("SET a = ", ", b = ':no', c = ", " WHERE a = ", ""));
  EXPECT_THAT(pieces.gaps, ElementsAre(0, 1, 0));
  EXPECT_THAT(split_at_parameters("SELECT 1").texts, ElementsAre("SELECT 1"));
  EXPECT_THAT(split_at_parameters(":a:b").texts, ElementsAre("", "", ""));
  EXPECT_THAT(split_at_parameters("'it''s :no', \":no ' \", :a").texts,
              ElementsAre("'it''s :no', \":no ' \", ", ""));
}

}  // namespace
}  // namespace watchbill::store::mysql
