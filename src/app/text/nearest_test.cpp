#include "app/text/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace watchbill::app {
namespace {

const std::vector<std::string_view> kNames = {"up",   "trigger",          "user add",
                                              "user", "schedule explain", "config"};

TEST(Nearest, FindsSlipsOfOneOrTwoLetters) {
  EXPECT_EQ(nearest("tirgger", kNames), "trigger");
  EXPECT_EQ(nearest("usr", kNames), "user");
  EXPECT_EQ(nearest("user ad", kNames), "user add");
  EXPECT_EQ(nearest("schedule explian", kNames), "schedule explain");
  EXPECT_EQ(nearest("confg", kNames), "config");
}

TEST(Nearest, GivesNoAdviceWhereNothingIsNear) {
  EXPECT_EQ(nearest("delete", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest("xy", kNames), std::nullopt);
}

}  // namespace
}  // namespace watchbill::app
