#include "app/config/masking.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

TEST(MaskAddress, HidesThePasswordAndLeavesTheRest) {
  EXPECT_EQ(mask_address("mysql://root:p%40ss@db:3306/wb"), "mysql://root:***@db:3306/wb");
  EXPECT_EQ(mask_address("redis://:secret@h:6379/1?prefix=wb"), "redis://:***@h:6379/1?prefix=wb");
  EXPECT_EQ(mask_address("redis://h:6379"), "redis://h:6379");
  EXPECT_EQ(mask_address("mysql://root@db/wb"), "mysql://root@db/wb");
  EXPECT_EQ(mask_address("sqlite:data/watchbill.db"), "sqlite:data/watchbill.db");
}

TEST(MaskAddress, HidesAPasswordThatIsNotEscaped) {
  EXPECT_EQ(mask_address("mysql://root:p@ss@db/wb"), "mysql://root:***@db/wb");
  EXPECT_EQ(mask_address("mysql://root:p?ss@db/wb"), "mysql://root:***@db/wb");
}

TEST(MaskAddress, HidesPasswordsInTheQuery) {
  EXPECT_EQ(mask_address("redis://h?prefix=wb&password=x&db=1"), "redis://h?prefix=wb&password=***&db=1");
  EXPECT_EQ(mask_address("redis://u:x@h?authToken=x"), "redis://u:***@h?authToken=***");
}

TEST(MaskAddress, HidesWhatIsNoAddressAtAll) { EXPECT_EQ(mask_address("root:secret@db"), "***"); }

}  // namespace
}  // namespace watchbill::app
