#include "bullmq/scripts.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(Scripts, come_whole_with_their_includes) {
  const auto& finish = script("moveToFinished");
  EXPECT_EQ(finish.name, "moveToFinished");
  EXPECT_EQ(finish.keys, 14u);
  EXPECT_THAT(std::string(finish.body), HasSubstr("local function removeLock"));
  EXPECT_THAT(std::string(finish.sha1), MatchesRegex("[0-9a-f]{40}"));
}

TEST(Scripts, are_found_by_name_alone) {
  EXPECT_EQ(&script("moveToActive"), &script("moveToActive"));
  EXPECT_THROW(script("moveToNowhere"), std::logic_error);
}

TEST(Scripts, tell_their_version) {
  EXPECT_THAT(std::string(scripts_version()), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace watchbill::bullmq
