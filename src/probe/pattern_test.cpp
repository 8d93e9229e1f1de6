#include "probe/pattern.h"

#include <gtest/gtest.h>

namespace watchbill::probe {
namespace {

TEST(Pattern, refuses_what_would_take_too_long) {
  EXPECT_FALSE(Pattern("a.{200}b").problem());
  EXPECT_TRUE(Pattern("a.{900}b").problem());
  EXPECT_TRUE(Pattern("(((a{50}){50}){50})").problem());
  EXPECT_TRUE(Pattern("a(").problem());
  EXPECT_EQ(Pattern("a(").problem(), "is not a regular expression: missing ): a(");
}

TEST(PatternCache, compiles_each_once_and_keeps_the_last_used) {
  PatternCache cache;
  const auto first = cache.get("first");
  EXPECT_EQ(cache.get("first"), first);
  for (std::size_t i = 1; i < PatternCache::kMost; ++i) cache.get(std::to_string(i));
  EXPECT_EQ(cache.get("first"), first);
  cache.get("one more");
  EXPECT_EQ(cache.get("first"), first) << "was used after the others";
  for (std::size_t i = 1; i <= PatternCache::kMost; ++i) cache.get(std::to_string(i));
  EXPECT_NE(cache.get("first"), first);
  EXPECT_TRUE(cache.get("first").found_in("the first"));
}

}  // namespace
}  // namespace watchbill::probe
