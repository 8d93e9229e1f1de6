#include "bullmq/cron.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bullmq/testing/cron_rows.h"

namespace watchbill::bullmq {
namespace {

using base::parse_iso8601;
using base::Timestamp;
using namespace std::chrono_literals;

// As rows write it: without a fraction of nothing.
std::string shown(Timestamp at) {
  auto text = base::to_iso8601(at);
  if (text.ends_with(".000Z")) text.replace(text.size() - 5, 5, "Z");
  return text;
}

// The times of a pattern, each asked for from the one before: as many as `expected` has.
std::string times(const CronExpression& cron, std::string_view from, std::size_t count) {
  std::string result;
  auto at = parse_iso8601(from);
  for (std::size_t i = 0; i < count; ++i) {
    at = cron.next(at.value());
    if (!at) return result.empty() ? "none" : result;
    result += (i ? " " : "") + shown(*at);
  }
  return result;
}

std::size_t words(std::string_view text) { return 1 + std::count(text.begin(), text.end(), ' '); }

struct Row {
  std::string_view pattern, zone, from, expected;
};

void expect_times(const std::vector<Row>& rows) {
  for (const auto& [pattern, zone, from, expected] : rows) {
    SCOPED_TRACE(::testing::Message() << pattern << " in " << zone << " from " << from);
    EXPECT_EQ(times(CronExpression::parse(pattern, zone), from, words(expected)), expected);
  }
}

TEST(Cron, comes_after_the_moment_asked_from) {
  expect_times({
      {"*/5 * * * *", "UTC", "2026-01-01T00:02:00Z", "2026-01-01T00:05:00Z 2026-01-01T00:10:00Z"},
      {"*/5 * * * *", "UTC", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z"},
      {"*/5 * * * *", "UTC", "2026-01-01T00:04:59.999Z", "2026-01-01T00:05:00Z"},
      {"*/20 * * * * *", "UTC", "2026-01-01T00:00:00.001Z", "2026-01-01T00:00:20Z 2026-01-01T00:00:40Z"},
      {"0 0 1 1 *", "UTC", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z 2028-01-01T00:00:00Z"},
  });
}

TEST(Cron, reads_ranges_steps_lists_and_names) {
  expect_times({
      {"30/10 * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z 2026-01-01T00:40:00Z"},
      {"0 9-17/4 * * MON-FRI", "UTC", "2026-01-02T12:00:00Z",
       "2026-01-02T13:00:00Z 2026-01-02T17:00:00Z 2026-01-05T09:00:00Z"},
      {"0 0 1,15 JAN,jul ?", "UTC", "2026-01-01T00:00:00Z",
       "2026-01-15T00:00:00Z 2026-07-01T00:00:00Z 2026-07-15T00:00:00Z"},
      {"0 0 * * 7", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z 2026-01-11T00:00:00Z"},
      {"0 0 * * 6-7", "UTC", "2026-01-01T00:00:00Z",
       "2026-01-03T00:00:00Z 2026-01-04T00:00:00Z 2026-01-10T00:00:00Z"},
      {" 0\t0  * * 0 ", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"},
      {"12 *", "UTC", "2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z 2026-12-01T00:01:00Z"},
  });
}

TEST(Cron, knows_predefined_patterns) {
  const std::string_view from = "2026-01-01T00:30:00Z";
  expect_times({
      {"@secondly", "UTC", from, "2026-01-01T00:30:01Z"},
      {"@minutely", "UTC", from, "2026-01-01T00:31:00Z"},
      {"@hourly", "UTC", from, "2026-01-01T01:00:00Z"},
      {"@daily", "UTC", from, "2026-01-02T00:00:00Z 2026-01-03T00:00:00Z"},
      {"@weekdays", "UTC", from, "2026-01-02T00:00:00Z 2026-01-05T00:00:00Z"},
      {"@weekends", "UTC", from, "2026-01-03T00:00:00Z 2026-01-04T00:00:00Z 2026-01-10T00:00:00Z"},
      {"@weekly", "UTC", from, "2026-01-04T00:00:00Z 2026-01-11T00:00:00Z"},
      {"@monthly", "UTC", from, "2026-02-01T00:00:00Z"},
      {"@yearly", "UTC", from, "2027-01-01T00:00:00Z"},
      {"@annually", "UTC", from, "2027-01-01T00:00:00Z"},
  });
}

TEST(Cron, takes_a_day_by_its_date_or_its_weekday_when_both_are_said) {
  const std::string_view from = "2026-01-01T00:00:00Z";
  expect_times({
      {"0 0 13 * 5", "UTC", from, "2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z"},
      // A step makes a day said, even of *.
      {"0 0 */2 * 5", "UTC", from, "2026-01-02T00:00:00Z 2026-01-03T00:00:00Z 2026-01-05T00:00:00Z"},
      {"0 0 13 * ?", "UTC", from, "2026-01-13T00:00:00Z 2026-02-13T00:00:00Z"},
      {"0 0 ? * 5", "UTC", from, "2026-01-02T00:00:00Z 2026-01-09T00:00:00Z"},
  });
}

TEST(Cron, finds_last_days_and_days_by_number) {
  const std::string_view from = "2026-01-01T00:00:00Z";
  expect_times({
      {"0 0 L * *", "UTC", "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z 2028-03-31T00:00:00Z"},
      {"0 0 * * 5L", "UTC", from, "2026-01-30T00:00:00Z 2026-02-27T00:00:00Z"},
      {"0 0 * JUL MONL", "UTC", from, "2026-07-27T00:00:00Z 2027-07-26T00:00:00Z"},
      {"0 0 * * MON#1", "UTC", from, "2026-01-05T00:00:00Z 2026-02-02T00:00:00Z"},
      {"0 0 * * 1#5", "UTC", from, "2026-03-30T00:00:00Z 2026-06-29T00:00:00Z"},
      {"0 0 29 2 *", "UTC", from, "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z"},
  });
}

TEST(Cron, gives_up_on_days_that_never_come) {
  expect_times({{"0 0 31 4,6 *", "UTC", "2026-01-01T00:00:00Z", "none"}});
}

TEST(Cron, has_no_times_outside_the_years_it_can_count) {
  const auto cron = CronExpression::parse("* * * * *", "Europe/Berlin");
  EXPECT_EQ(cron.next(Timestamp::max()), std::nullopt);
  EXPECT_EQ(cron.next(Timestamp::min()), std::nullopt);
  EXPECT_EQ(cron.next(Timestamp(0ms)), Timestamp(1min));
}

TEST(Cron, keeps_the_hour_of_its_zone) {
  const std::string_view from = "2026-10-24T20:00:00Z";
  expect_times({
      {"0 9 * * *", "Asia/Shanghai", from, "2026-10-25T01:00:00Z 2026-10-26T01:00:00Z"},
      {"0 9 * * *", "Europe/Berlin", from, "2026-10-25T08:00:00Z"},
      {"0 9 * * *", "Europe/Berlin", "2026-10-23T20:00:00Z", "2026-10-24T07:00:00Z 2026-10-25T08:00:00Z"},
      {"0 9 * * *", "europe/BERLIN", from, "2026-10-25T08:00:00Z"},
      {"0 9 * * *", "gmt", from, "2026-10-25T09:00:00Z"},
      {"0 9 * * *", "UTC+5:30", from, "2026-10-25T03:30:00Z"},
      {"0 9 * * *", "utc-03:30", from, "2026-10-25T12:30:00Z"},
      {"0 9 * * *", "UTC-0:30", from, "2026-10-25T09:30:00Z"},
  });
}

TEST(Cron, makes_up_for_a_skipped_hour_in_the_one_after_it) {
  expect_times({
      {"30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z",
       "2026-03-28T01:30:00Z 2026-03-29T01:30:00Z 2026-03-30T00:30:00Z"},
      {"*/30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:00:00Z"},
      {"30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:30:00Z 2026-03-09T06:30:00Z"},
      {"0 0 * * *", "Africa/Cairo", "2026-04-22T20:00:00Z", "2026-04-22T22:00:00Z 2026-04-24T21:00:00Z"},
      // The clocks go from 02:00 to 02:30.
      {"15 2 * * *", "Australia/Lord_Howe", "2026-10-02T20:00:00Z",
       "2026-10-04T15:15:00Z 2026-10-05T15:15:00Z"},
      {"30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z"},
  });
}

TEST(Cron, comes_once_in_a_repeated_hour_unless_it_comes_every_hour) {
  expect_times({
      {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z"},
      {"30 2,3 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-25T02:30:00Z"},
      {"30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z 2026-11-02T06:30:00Z"},
      {"45 1 * * *", "Australia/Lord_Howe", "2026-04-03T20:00:00Z",
       "2026-04-04T14:45:00Z 2026-04-05T15:15:00Z"},
      {"30 * * * *", "Europe/Berlin", "2026-10-24T23:00:00Z",
       "2026-10-24T23:30:00Z 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z"},
  });
}

// cron-parser answers 12:15 and, to the second, 12:58.
TEST(Cron, never_comes_at_a_time_that_has_passed) {
  expect_times({
      {"@hourly", "Pacific/Chatham", "2024-04-06T13:00:00Z", "2024-04-06T13:15:00Z 2024-04-06T14:15:00Z"},
      {"43/13 * * * *", "Pacific/Chatham", "2024-04-06T13:11:00Z", "2024-04-06T13:58:00Z"},
  });
}

// Patterns that mean something to cron-parser by accident, as stored schedulers may have them.
TEST(Cron, reads_oddities_like_cron_parser) {
  const std::string_view from = "2026-10-30T20:00:00Z";
  expect_times({
      {"1* * * * *", "UTC", from, "2026-10-30T20:10:00Z 2026-10-30T20:11:00Z"},
      {"0 0 1 mon *", "UTC", from, "2027-01-01T00:00:00Z 2028-01-01T00:00:00Z"},
      {"0 12 30-31,31 11 *", "UTC", from, "2026-11-30T12:00:00Z 2027-11-30T12:00:00Z"},
      {"0 0 31 feb 2", "UTC", from, "2027-02-02T00:00:00Z"},
      {"5-7-9 * * * *", "UTC", from, "2026-10-30T20:05:00Z 2026-10-30T20:06:00Z"},
  });
}

std::string refusal(std::string_view pattern, std::string_view zone = "UTC") {
  try {
    CronExpression::parse(pattern, zone);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Cron, says_which_field_is_wrong_and_what_it_allows) {
  EXPECT_EQ(refusal("60 * * * *"),
            R"(cron pattern: "60" is out of range in the minute field "60"; allowed: 0-59)");
  EXPECT_EQ(refusal("* 5-24 * * *"),
            R"(cron pattern: a range out of bounds in the hour field "5-24"; allowed: 0-23)");
  EXPECT_EQ(refusal("* * * foo *"),
            R"(cron pattern: unknown name "foo" in the month field "foo"; allowed: 1-12, JAN-DEC)");
  EXPECT_EQ(refusal("0 0 31 feb *"),
            "cron pattern: a day that the month does not have in the day of month field "
            "\"31\"; allowed: 1-31, L for the last day");
  EXPECT_EQ(refusal("* * * * * * *"), "cron pattern: 7 fields; allowed: 5 or 6");
  EXPECT_EQ(refusal("@never"), R"(cron pattern: unknown name "@never")");
}

TEST(Cron, refuses_what_cron_parser_refuses) {
  for (const auto pattern : {
           "x * * * *",
           "-5 * * * *",
           "5- * * * *",
           "5-1 * * * *",
           "*/0 * * * *",
           "*/ * * * *",
           "/5 * * * *",
           "1/2/3 * * * *",
           "1,,2 * * * *",
           ", * * * *",
           "1,1 * * * *",
           "* * * * 0,7",
           "* * * * 5-7,0",
           "* 24 * * *",
           "* * 0 * *",
           "* * 32 * *",
           "* * * 0 *",
           "* * * 13 *",
           "* * * * 8",
           "* * * * L",
           "* * LL * *",
           "L * * * *",
           "* * * sun *",
           "* * * * 1#6",
           "* * * * 1#",
           "* * * * #1",
           "* * * * 1,2#1",
           "* * * * 1#2#3",
           "* 8#1 * * *",
           "* * * january *",
           "  ",
           "@Hourly",
           " @hourly",
           "99999999999999999999 * * * *",
       })
    EXPECT_NE(refusal(pattern), "accepted") << pattern;
  EXPECT_NE(refusal(std::string(1020, ' ') + "* * * * *"), "accepted");
}

TEST(Cron, refuses_values_by_hash_and_empty_patterns) {
  EXPECT_EQ(refusal("H * * * *"),
            "cron pattern: H (a value by hash), which is not supported, in the minute field "
            "\"H\"; allowed: 0-59");
  EXPECT_NE(refusal("* H(1-5)/2 * * *"), "accepted");
  EXPECT_EQ(refusal(""), "cron pattern: 0 fields; allowed: 5 or 6");
}

TEST(Cron, shows_hostile_patterns_in_one_short_line) {
  EXPECT_EQ(refusal(std::string_view("\x01\0 * * * *", 10)),
            R"(cron pattern: a character that has no meaning in the minute field "??"; allowed: 0-59)");
  EXPECT_LT(refusal(std::string(1000, '9') + " * * * *").size(), 250U);
}

TEST(Cron, refuses_zones_that_are_not_known) {
  for (const auto zone : {"Mars/Olympus", "Europe/Berlin ", "+02:00", "UTC+", "UTC+123", "UTC+1:5",
                          "UTC+1:305", "../../etc/passwd", "zone.tab"})
    EXPECT_TRUE(
        refusal("* * * * *", zone).ends_with("is not known; allowed: names like Europe/Berlin, UTC+2"))
        << zone;
}

// Runs with the environment's TZ as a test sets it.
class CronOfTheMachine : public ::testing::Test {
 protected:
  CronOfTheMachine() {
    if (const char* value = std::getenv("TZ")) kept_ = value;
  }
  ~CronOfTheMachine() override { set_tz(kept_ ? kept_->c_str() : nullptr); }

  static void set_tz(const char* value) { value ? setenv("TZ", value, 1) : unsetenv("TZ"); }
  static std::string nine_o_clock(std::string_view zone = "") {
    return times(CronExpression::parse("0 9 * * *", zone), "2026-07-01T00:00:00Z", 1);
  }

 private:
  std::optional<std::string> kept_;
};

TEST_F(CronOfTheMachine, lives_in_the_zone_of_the_environment) {
  for (const auto tz : {"Asia/Tokyo", ":Asia/Tokyo", "posix/Asia/Tokyo", ":/usr/share/zoneinfo/Asia/Tokyo"}) {
    set_tz(tz);
    EXPECT_EQ(nine_o_clock(), "2026-07-02T00:00:00Z") << tz;
    EXPECT_EQ(nine_o_clock("local"), "2026-07-02T00:00:00Z") << tz;
  }
  set_tz("");
  EXPECT_EQ(nine_o_clock(), "2026-07-01T09:00:00Z");
}

TEST_F(CronOfTheMachine, says_that_the_zone_of_the_environment_is_not_known) {
  // The C library's ways of writing an offset are not read, least of all with the wrong sign.
  for (const auto tz : {"CET-1CEST", "UTC+3", "Mars/Olympus"}) {
    set_tz(tz);
    EXPECT_EQ(refusal("* * * * *", ""), std::string("time zone of the environment variable TZ \"") + tz +
                                            "\" is not known; allowed: names like Europe/Berlin");
  }
}

TEST_F(CronOfTheMachine, lives_in_the_zone_of_etc_localtime_otherwise) {
  set_tz(nullptr);
  std::string zone;
  try {
    zone = date::current_zone()->name();
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "this machine does not tell its time zone";
  }
  EXPECT_EQ(nine_o_clock(), nine_o_clock(zone));
}

// What cron-parser made of random patterns (testing/cron_rows.mjs).
TEST(Cron, gives_the_times_of_cron_parser) {
  int rows = 0;
  for (std::string_view left = testing::kCronRows; !left.empty();) {
    const auto line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(left.size(), line.size() + 1));
    if (line.empty()) continue;
    const auto first = line.find('|'), second = line.find('|', first + 1), third = line.find('|', second + 1);
    const auto pattern = line.substr(0, first), zone = line.substr(first + 1, second - first - 1);
    const auto from = line.substr(second + 1, third - second - 1), expected = line.substr(third + 1);
    ++rows;
    SCOPED_TRACE(line);
    if (expected == "refused")
      EXPECT_NE(refusal(pattern, zone), "accepted");
    else
      EXPECT_EQ(times(CronExpression::parse(pattern, zone), from, 3), expected);
  }
  EXPECT_GE(rows, 400);
}

}  // namespace
}  // namespace watchbill::bullmq
