#include "base/time.h"

#include <gtest/gtest.h>

namespace watchbill::base {
namespace {

TEST(Iso8601, writes_utc_with_milliseconds) {
  EXPECT_EQ(to_iso8601(from_epoch_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(from_epoch_ms(1795809461007)), "2026-11-27T19:57:41.007Z");
}

TEST(Iso8601, reads_back_what_it_writes) {
  for (std::int64_t ms : {0LL, 1LL, 951782400000LL, 1795809461007LL, 4102444799999LL})
    EXPECT_EQ(parse_iso8601(to_iso8601(from_epoch_ms(ms))), from_epoch_ms(ms)) << ms;
}

TEST(Iso8601, reads_any_fraction) {
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01Z"), from_epoch_ms(1000));
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01.5Z"), from_epoch_ms(1500));
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01.123999Z"), from_epoch_ms(1123));
}

TEST(Iso8601, refuses_everything_else) {
  for (const char* text :
       {"", "1970-01-01", "1970-01-01T00:00:01", "1970-13-01T00:00:00Z", "1970-02-30T00:00:00Z",
        "1970-01-01T24:00:00Z", "1970-01-01T00:00:00+01:00", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx",
        "-970-01-01T00:00:00Z", "1970-01-01 00:00:00Z"})
    EXPECT_FALSE(parse_iso8601(text)) << text;
}

}  // namespace
}  // namespace watchbill::base
