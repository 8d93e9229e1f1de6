#include "api/auth/email.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

TEST(Email, is_compared_without_regard_to_case) {
  EXPECT_EQ(fold_email("Ada@Example.ORG"), "ada@example.org");
}

TEST(Email, looks_like_one) {
  for (const char* email : {"a@b", "ada@example.org", "ada+wb@sub.example.org", "用户@example.org"})
    EXPECT_TRUE(plausible_email(email)) << email;
  for (const char* email : {"", "a", "@b", "a@", "a@@b", "a@b@c", "a b@c", "a@.b", "a@b."})
    EXPECT_FALSE(plausible_email(email)) << email;
}

}  // namespace
}  // namespace watchbill::api
