#include "app/text/span.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;

TEST(DescribeSpan, HasTwoUnitsAtMost) {
  const Speaker say(Language::english);
  const std::pair<base::Millis, const char*> rows[] = {
      {0ms, "0 ms"},           {-5s, "0 ms"}, {999ms, "999 ms"}, {1999ms, "1 s"},       {60s, "1 min"},
      {200s, "3 min 20 s"},    {1h, "1 h"},   {1h + 30s, "1 h"}, {125min, "2 h 5 min"}, {24h, "1 d"},
      {76h + 59min, "3 d 4 h"}};
  for (const auto& [span, text] : rows) EXPECT_EQ(describe_span(span, say), text);
  EXPECT_EQ(describe_span(200s, Speaker(Language::chinese)), "3 分 20 秒");
}

TEST(DescribeTime, SaysHowFarAwayItIs) {
  const Speaker say(Language::english);
  const auto now = *base::parse_iso8601("2026-03-01T08:15:00.500Z");
  EXPECT_EQ(describe_time(now + 20s, now, say), "2026-03-01T08:15:20Z (in 20 s)");
  EXPECT_EQ(describe_time(now - 90s, now, say), "2026-03-01T08:13:30Z (1 min 30 s ago)");
}

}  // namespace
}  // namespace watchbill::app
