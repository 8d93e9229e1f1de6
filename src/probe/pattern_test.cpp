#include "probe/pattern.h"

#include <gtest/gtest.h>

#include "tests/support/reactor.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;

class PatternSearchTest : public testing::Test {
 protected:
  std::optional<bool> search(const char* regex, std::string text, std::chrono::milliseconds patience = 10s) {
    return reactor_.run(
        search_.run(Pattern(regex), std::move(text), std::chrono::steady_clock::now() + patience));
  }

  support::Reactor reactor_;
  PatternSearch search_{reactor_.executor()};
};

TEST_F(PatternSearchTest, finds_small_and_large) {
  EXPECT_EQ(search("b+c", "aabbc"), true);
  EXPECT_EQ(search("b+c", "aabb"), false);
  const std::string large(1 << 20, 'a');
  EXPECT_EQ(search("b+c", large + "bc"), true);
  EXPECT_EQ(search("b+c", large), false);
}

TEST_F(PatternSearchTest, invalid_utf8_in_the_text_is_no_trouble) {
  EXPECT_EQ(search("ok", "\xff\xfe ok"), true);
  EXPECT_EQ(search("监控", "\xff 监控"), true);
}

// A text on which the automaton explodes; the reactor goes on meanwhile and the caller is not kept.
TEST_F(PatternSearchTest, an_expensive_search_neither_holds_the_reactor_nor_the_deadline) {
  std::string text;
  for (unsigned i = 0, random = 1; i < 1 << 20; ++i)
    text += "ab"[(random = random * 1103515245 + 12345) >> 16 & 1];
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(search("(?s)a.{60}c", text, 20ms), std::nullopt);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 500ms);
}

TEST(Pattern, refuses_what_would_take_too_long) {
  EXPECT_FALSE(Pattern("a.{200}b").problem());
  EXPECT_TRUE(Pattern("a.{900}b").problem());
  EXPECT_TRUE(Pattern("(((a{50}){50}){50})").problem());
  EXPECT_TRUE(Pattern("a(").problem());
  EXPECT_EQ(Pattern("a(").problem(), "is not a regular expression: missing ): a(");
}

}  // namespace
}  // namespace watchbill::probe
