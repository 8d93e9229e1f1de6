#include "app/config/values.h"

#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;

TEST(ParseInteger, TakesDigitsWithinTheBounds) {
  EXPECT_EQ(parse_integer("1440", 1, 1440), 1440);
  for (const auto* bad :
       {"", "0", "1441", "1.5", "-5", "+5", " 5", "5 ", "5x", "0x10", "99999999999999999999"}) {
    EXPECT_EQ(parse_integer(bad, 1, 1440), std::nullopt) << bad;
  }
}

TEST(ParseDuration, TakesMillisecondsAndUnits) {
  EXPECT_EQ(parse_duration("900000", 1s, 24h), 15min);
  EXPECT_EQ(parse_duration("15m", 1s, 24h), 15min);
  EXPECT_EQ(parse_duration("500ms", 10ms, 1h), 500ms);
  EXPECT_EQ(parse_duration("1s", 1s, 1s), 1s);
  EXPECT_EQ(parse_duration("1d", 1s, 24h), 24h);
  for (const auto* bad :
       {"", "m", "15 m", "15min", "-1s", "1.5s", "0", "25h", "999", "99999999999999999999s"}) {
    EXPECT_EQ(parse_duration(bad, 1s, 24h), std::nullopt) << bad;
  }
}

TEST(FormatDuration, SaysTheSameInTheShortestForm) {
  for (const auto duration : {1ms, 999ms, 1000ms, 1500ms, 60'000ms, 900'000ms, 86'400'000ms, 0ms}) {
    EXPECT_EQ(parse_duration(format_duration(duration), 0ms, 48h), duration) << format_duration(duration);
  }
  EXPECT_EQ(format_duration(15min), "15m");
}

TEST(SplitList, TrimsAndLeavesOutEmptyParts) {
  EXPECT_EQ(split_list(" a, b,,c ,"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(split_list(" , ").empty());
}

TEST(AddressOrNetwork, AcceptsBothFamiliesAndNoHostBits) {
  for (const auto* good : {"127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8", "0.0.0.0/0"}) {
    EXPECT_TRUE(is_address_or_network(good)) << good;
  }
  for (const auto* bad :
       {"", "localhost", "10.0.0.0/99", "10.0.0.1/8", "10.0.0.0/", "/8", "fe80::1%eth0", "1.2.3"}) {
    EXPECT_FALSE(is_address_or_network(bad)) << bad;
  }
}

TEST(AddressWithPort, TheBracketsOfIpv6AreOptionalWithoutAPort) {
  for (const auto* good :
       {"192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]", "[2001:db8::53]:53"}) {
    EXPECT_TRUE(is_address_with_port(good)) << good;
  }
  for (const auto* bad :
       {"", "dns.example.org", "192.0.2.53:", "192.0.2.53:0", "[2001:db8::53", "[::1]:x", "[::1]53"}) {
    EXPECT_FALSE(is_address_with_port(bad)) << bad;
  }
}

TEST(ParsePublicUrl, TakesWebAddressesWithoutExtras) {
  EXPECT_EQ(parse_public_url("https://status.example.org"), "https://status.example.org");
  EXPECT_EQ(parse_public_url("http://192.0.2.7:8080/wb/"), "http://192.0.2.7:8080/wb");
  for (const auto* bad : {"", "status.example.org", "ftp://example.org", "https://", "https://u@example.org",
                          "https://example.org/?a", "https://example.org/#a", "https://example.org:0",
                          "https://exa mple.org", "javascript:alert(1)"}) {
    EXPECT_EQ(parse_public_url(bad), std::nullopt) << bad;
  }
}

TEST(WithPath, ReplacesThePathOfAnAddress) {
  EXPECT_EQ(with_path("https://example.org", "/wb"), "https://example.org/wb");
  EXPECT_EQ(with_path("http://192.0.2.7:8080/a/b", "/wb"), "http://192.0.2.7:8080/wb");
}

TEST(ParseBasePath, TakesPlainPaths) {
  EXPECT_EQ(parse_base_path("/"), "");
  EXPECT_EQ(parse_base_path("/tools/wb"), "/tools/wb");
  for (const auto* bad :
       {"wb", "/wb/", "//wb", "/a//b", "/a/../b", "/..", "/a b", "/a?b", "/a%20", "/wb\""}) {
    EXPECT_EQ(parse_base_path(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace watchbill::app
