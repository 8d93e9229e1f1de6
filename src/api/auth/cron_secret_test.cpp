#include "api/auth/cron_secret.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

TEST(CronSecrets, takes_the_secret_and_nothing_else) {
  const CronSecrets secrets("correct-horse");
  EXPECT_TRUE(secrets.configured());
  EXPECT_TRUE(secrets.matches("correct-horse"));
  for (const char* wrong :
       {"", "correct-hors", "correct-horse1", "Correct-horse", "correct-horse,", " correct-horse"})
    EXPECT_FALSE(secrets.matches(wrong)) << wrong;
}

TEST(CronSecrets, takes_both_while_one_is_being_replaced) {
  const CronSecrets secrets(" old-secret , new-secret ");
  EXPECT_TRUE(secrets.matches("old-secret"));
  EXPECT_TRUE(secrets.matches("new-secret"));
  EXPECT_FALSE(secrets.matches("old-secret,new-secret"));
  EXPECT_FALSE(secrets.matches(""));
}

TEST(CronSecrets, none_configured_matches_nothing) {
  for (const char* configured : {"", " ", ",", " , "}) {
    const CronSecrets secrets(configured);
    EXPECT_FALSE(secrets.configured());
    EXPECT_FALSE(secrets.matches(""));
    EXPECT_FALSE(secrets.matches(configured));
  }
}

}  // namespace
}  // namespace watchbill::api
