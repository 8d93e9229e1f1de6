#include "bullmq/keys.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

TEST(Keys, are_those_of_the_node_library) {
  const Keys keys("bull", "mail");
  EXPECT_EQ(keys.queue, "mail");
  EXPECT_EQ(keys.qualified_name, "bull:mail");
  EXPECT_EQ(keys.base, "bull:mail:");
  EXPECT_EQ(keys.wait, "bull:mail:wait");
  EXPECT_EQ(keys.deduplication, "bull:mail:de");
  EXPECT_EQ(keys.priority_counter, "bull:mail:pc");
  EXPECT_EQ(keys.stalled_check, "bull:mail:stalled-check");
  EXPECT_EQ(keys.waiting_children, "bull:mail:waiting-children");
  EXPECT_EQ(keys.job("17"), "bull:mail:17");
}

TEST(Keys, keep_a_hash_tag_for_a_cluster) {
  EXPECT_EQ(Keys("{bull}", "mail").active, "{bull}:mail:active");
  EXPECT_EQ(Keys("bull", "{mail}").active, "bull:{mail}:active");
}

TEST(Keys, refuse_names_that_the_node_library_refuses) {
  EXPECT_THROW(Keys("bull", ""), std::invalid_argument);
  EXPECT_THROW(Keys("bull", "a:b"), std::invalid_argument);
}

TEST(ClientName, is_what_bull_board_looks_for) {
  EXPECT_EQ(client_name("bull", "mail"), "bull:bWFpbA==");
  EXPECT_EQ(client_name("bull", "mail", ":w:first"), "bull:bWFpbA==:w:first");
}

}  // namespace
}  // namespace watchbill::bullmq
