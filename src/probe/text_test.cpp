#include "probe/text.h"

#include <gtest/gtest.h>

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;

TEST(Printable, keeps_text_of_any_language) {
  for (const char* text : {"", "plain", "größer", "监控 正常", "🚦 ok"}) EXPECT_EQ(printable(text), text);
}

TEST(Printable, replaces_what_is_not_utf8) {
  EXPECT_EQ(printable("a\xff\xfe"
                      "b"),
            "a\uFFFD\uFFFDb");
  EXPECT_EQ(printable("cut \xe7\x9b"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(printable("\xc0\xaf"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Printable, removes_what_could_forge_a_line_or_turn_the_text) {
  EXPECT_EQ(printable(std::string_view("a\r\nb\0c\x1b[31m\x7f", 12)), "a  b c [31m ");
  EXPECT_EQ(printable("a\u0085\u202E\u2066b\u2028c"), "a   b c");
}

TEST(Printable, is_never_longer_than_asked_and_cuts_between_characters) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abc…");
  EXPECT_EQ(printable("监控正常", 9), "监控…");
  EXPECT_EQ(printable("监控正", 9), "监控正");
  EXPECT_EQ(printable(std::string(10000, 'x')).size(), domain::Finding::kLongestDetail);
  EXPECT_LE(printable(std::string(10000, '\xff')).size(), domain::Finding::kLongestDetail);
}

TEST(Seconds, are_said_as_people_do) {
  EXPECT_EQ(seconds(500ms), "500 ms");
  EXPECT_EQ(seconds(2500ms), "2.5 s");
  EXPECT_EQ(seconds(10s), "10 s");
  EXPECT_EQ(seconds(60s), "60 s");
}

}  // namespace
}  // namespace watchbill::probe
