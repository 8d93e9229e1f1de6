#include "api/auth/origin.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

struct Row {
  std::string host, origin, site;  // "": header absent
  bool own;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.host << " | " << row.origin << " | " << row.site;
}

bool judged_own(const Row& row, const std::string& public_url) {
  http::Request request;
  request.host = row.host;
  if (!row.origin.empty()) request.headers.add("Origin", row.origin);
  if (!row.site.empty()) request.headers.add("Sec-Fetch-Site", row.site);
  return from_own_origin(request, public_url);
}

class Origin : public testing::TestWithParam<Row> {};

TEST_P(Origin, is_judged) { EXPECT_EQ(judged_own(GetParam(), ""), GetParam().own); }

INSTANTIATE_TEST_SUITE_P(
    Rows, Origin,
    testing::Values(Row{"127.0.0.1:10111", "", "", true},  // no browser
                    Row{"127.0.0.1:10111", "http://127.0.0.1:10111", "same-origin", true},
                    Row{"127.0.0.1:10111", "http://127.0.0.1:10111", "", true},
                    Row{"wb.example.org", "https://wb.example.org", "same-origin", true},
                    Row{"wb.example.org:443", "https://wb.example.org", "", true},
                    Row{"wb.example.org", "https://wb.example.org:443", "", true},
                    Row{"WB.example.org", "https://wb.example.org", "", true}, Row{"h", "", "none", true},
                    Row{"h", "", "same-origin", true}, Row{"h", "", "same-site", false},
                    Row{"h", "", "cross-site", false}, Row{"h", "http://h", "cross-site", false},
                    Row{"127.0.0.1:10111", "http://127.0.0.1:3000", "", false},
                    Row{"127.0.0.1:10111", "http://evil.example", "", false},
                    Row{"127.0.0.1:10111", "http://127.0.0.1:10111.evil.example", "", false},
                    Row{"127.0.0.1:10111", "http://evil.example/127.0.0.1:10111", "", false},
                    Row{"127.0.0.1:10111", "null", "", false}, Row{"", "http://h", "", false},
                    Row{"h", "file://h", "", false}, Row{"h", "h", "", false}));

TEST(OriginWithPublicUrl, the_public_url_counts_whatever_the_host_says) {
  EXPECT_TRUE(
      judged_own({"10.0.0.5:10111", "https://wb.example.org", "", true}, "https://wb.example.org/wb/"));
  EXPECT_FALSE(
      judged_own({"10.0.0.5:10111", "http://wb.example.org", "", true}, "https://wb.example.org/wb/"));
  EXPECT_FALSE(judged_own({"10.0.0.5:10111", "https://wb.example.org.evil.example", "", true},
                          "https://wb.example.org"));
}

}  // namespace
}  // namespace watchbill::api
