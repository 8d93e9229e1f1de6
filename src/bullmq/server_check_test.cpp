#include "bullmq/server_check.h"

#include <gmock/gmock.h>

namespace watchbill::bullmq {
namespace {

TEST(InfoField, is_found_by_its_whole_name) {
  constexpr std::string_view kInfo =
      "# Server\r\nredis_version:7.0.15\r\nredis_version_old:1\r\n# Memory\r\nmaxmemory_policy:noeviction";
  EXPECT_EQ(info_field(kInfo, "redis_version"), "7.0.15");
  EXPECT_EQ(info_field(kInfo, "maxmemory_policy"), "noeviction");
  EXPECT_EQ(info_field(kInfo, "version"), "");
  EXPECT_EQ(info_field("", "redis_version"), "");
}

TEST(IsOlder, compares_major_and_minor) {
  const struct {
    const char* version;
    bool older;
  } rows[] = {{"6.0.16", true},  {"5.9.9", true},   {"6.1", true},      {"6.2.0", false},
              {"7.0.15", false}, {"10.0.0", false}, {"unknown", false}, {"", false}};
  for (const auto& row : rows) EXPECT_EQ(is_older(row.version, 6, 2), row.older) << row.version;
}

}  // namespace
}  // namespace watchbill::bullmq
