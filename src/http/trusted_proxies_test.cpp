#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace watchbill::http {
namespace {

using boost::asio::ip::make_address;

const TrustedProxies kProxies({"10.0.0.0/8", "192.0.2.7", "fd00::/7", "::1"});

std::string client(const std::vector<std::string>& values, const char* peer = "10.0.0.1") {
  Headers headers;
  for (const auto& value : values) headers.add("X-Forwarded-For", value);
  return kProxies.client(headers, make_address(peer));
}

TEST(TrustedProxies, are_addresses_and_networks) {
  for (const char* inside :
       {"10.0.0.0", "10.255.255.255", "192.0.2.7", "fd12::1", "fc00::1", "::1", "::ffff:10.1.2.3"})
    EXPECT_TRUE(kProxies.contains(make_address(inside))) << inside;
  for (const char* outside :
       {"11.0.0.0", "9.255.255.255", "192.0.2.6", "fe00::1", "::2", "::ffff:11.1.2.3", "::"})
    EXPECT_FALSE(kProxies.contains(make_address(outside))) << outside;
  EXPECT_TRUE(TrustedProxies({"0.0.0.0/0"}).contains(make_address("203.0.113.9")));
  EXPECT_FALSE(TrustedProxies({"0.0.0.0/0"}).contains(make_address("2001:db8::1")));
}

TEST(TrustedProxies, refuses_malformed_ones) {
  for (const char* text :
       {"", "a", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "10.0.0/8", "/8"})
    EXPECT_THROW(TrustedProxies({text}), std::invalid_argument) << text;
}

TEST(TrustedProxies, name_the_nearest_address_that_is_not_theirs) {
  EXPECT_EQ(client({}), "10.0.0.1");
  EXPECT_EQ(client({"203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(client({"198.51.100.1, 203.0.113.9, 10.0.0.2"}), "203.0.113.9");
  EXPECT_EQ(client({"198.51.100.1", "203.0.113.9", "10.0.0.2"}), "203.0.113.9");
  EXPECT_EQ(client({"10.0.0.3,10.0.0.2"}), "10.0.0.3");
  EXPECT_EQ(client({"::ffff:203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(client({"2001:DB8::1"}), "2001:db8::1");
}

TEST(TrustedProxies, go_no_further_than_the_list_makes_sense) {
  EXPECT_EQ(client({""}), "10.0.0.1");
  EXPECT_EQ(client({",,,"}), "10.0.0.1");
  EXPECT_EQ(client({"203.0.113.9, unknown"}), "10.0.0.1");
  EXPECT_EQ(client({"203.0.113.9, unknown, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client({"203.0.113.9:8080"}), "10.0.0.1");
}

}  // namespace
}  // namespace watchbill::http
