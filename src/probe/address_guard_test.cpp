#include "probe/address_guard.h"

#include <gtest/gtest.h>

namespace watchbill::probe {
namespace {

Address at(const char* text) { return boost::asio::ip::make_address(text); }

AddressGuard guard_allowing(std::initializer_list<const char*> ranges) {
  std::vector<AddressRange> allowed;
  for (const char* range : ranges) allowed.push_back(AddressRange::parse(range).value());
  return AddressGuard(std::move(allowed));
}

TEST(AddressGuard, refuses_what_is_not_public) {
  const struct {
    const char* address;
    const char* kind;
  } rows[] = {
      {"0.0.0.0", "unspecified address"},
      {"0.255.255.255", "unspecified address"},
      {"10.0.0.0", "private network"},
      {"10.255.255.255", "private network"},
      {"100.64.0.0", "carrier-grade NAT"},
      {"100.127.255.255", "carrier-grade NAT"},
      {"100.100.100.200", "cloud metadata service"},
      {"127.0.0.1", "loopback"},
      {"127.255.255.254", "loopback"},
      {"168.63.129.16", "cloud metadata service"},
      {"169.254.0.1", "link-local"},
      {"169.254.169.254", "cloud metadata service"},
      {"172.16.0.0", "private network"},
      {"172.31.255.255", "private network"},
      {"192.0.0.1", "reserved address"},
      {"192.0.0.192", "cloud metadata service"},
      {"192.0.2.1", "documentation address"},
      {"192.88.99.1", "6to4 relay"},
      {"192.168.0.0", "private network"},
      {"192.168.255.255", "private network"},
      {"198.18.0.0", "benchmark network"},
      {"198.19.255.255", "benchmark network"},
      {"198.51.100.7", "documentation address"},
      {"203.0.113.7", "documentation address"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.1", "reserved address"},
      {"255.255.255.255", "broadcast"},
      {"::", "unspecified address"},
      {"::1", "loopback"},
      {"::7f00:1", "IPv4 address embedded in IPv6"},
      {"::ffff:127.0.0.1", "IPv4 address mapped into IPv6"},
      {"::ffff:8.8.8.8", "IPv4 address mapped into IPv6"},
      {"::ffff:0:127.0.0.1", "reserved address"},
      {"64:ff9b::7f00:1", "NAT64"},
      {"64:ff9b:1::1", "NAT64"},
      {"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "NAT64"},
      {"100::1", "reserved address"},
      {"2001::1", "Teredo"},
      {"2001:2::1", "reserved address"},
      {"2001:20::1", "reserved address"},
      {"2001:db8::1", "documentation address"},
      {"2002:7f00:1::", "6to4"},
      {"3fff::1", "documentation address"},
      {"4000::1", "reserved address"},
      {"5f00::1", "reserved address"},
      {"fc00::1", "private network"},
      {"fd00:ec2::254", "cloud metadata service"},
      {"fdff::1", "private network"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "private network"},
      {"ff02::1", "multicast"},
      {"fe80::1%1", "address with a zone"},
      {"2606:4700::1111%1", "address with a zone"},
  };
  for (const auto& [address, kind] : rows) EXPECT_EQ(AddressGuard().refusal(at(address)), kind) << address;
}

TEST(AddressGuard, lets_public_addresses_pass) {
  for (const char* address : {"1.1.1.1",
                              "8.8.8.8",
                              "9.255.255.255",
                              "11.0.0.0",
                              "100.63.255.255",
                              "100.128.0.0",
                              "126.255.255.255",
                              "128.0.0.0",
                              "168.63.129.15",
                              "168.63.129.17",
                              "169.253.255.255",
                              "169.255.0.0",
                              "172.15.255.255",
                              "172.32.0.0",
                              "192.0.1.0",
                              "192.167.255.255",
                              "192.169.0.0",
                              "198.17.255.255",
                              "198.20.0.0",
                              "223.255.255.255",
                              "2001:200::1",
                              "2001:4860:4860::8888",
                              "2606:4700:4700::1111",
                              "2003::1",
                              "2a00::1",
                              "3ffe::1"})
    EXPECT_EQ(AddressGuard().refusal(at(address)), std::nullopt) << address;
}

TEST(AddressGuard, permits_what_the_operator_allows_and_nothing_beside_it) {
  const auto guard = guard_allowing({"10.1.0.0/16", "127.0.0.1", "fd00:1::/32"});
  EXPECT_FALSE(guard.refusal(at("10.1.255.255")));
  EXPECT_TRUE(guard.refusal(at("10.2.0.0")));
  EXPECT_FALSE(guard.refusal(at("127.0.0.1")));
  EXPECT_TRUE(guard.refusal(at("127.0.0.2")));
  EXPECT_FALSE(guard.refusal(at("fd00:1:ffff::1")));
  EXPECT_TRUE(guard.refusal(at("fd00:2::1")));
}

TEST(AddressGuard, an_allowed_address_is_not_allowed_in_its_disguises) {
  const auto guard = guard_allowing({"127.0.0.0/8", "fe80::/10"});
  EXPECT_TRUE(guard.refusal(at("::ffff:127.0.0.1")));
  EXPECT_TRUE(guard.refusal(at("::127.0.0.1")));
  EXPECT_TRUE(guard.refusal(at("fe80::1%1")));
}

TEST(AddressRange, contains_by_bits_not_by_bytes) {
  const auto range = AddressRange::parse("192.168.4.0/22").value();
  EXPECT_FALSE(range.contains(at("192.168.3.255")));
  EXPECT_TRUE(range.contains(at("192.168.4.0")));
  EXPECT_TRUE(range.contains(at("192.168.7.255")));
  EXPECT_FALSE(range.contains(at("192.168.8.0")));
  EXPECT_TRUE(AddressRange::parse("0.0.0.0/0")->contains(at("255.1.2.3")));
  EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains(at("::1")));
}

TEST(AddressRange, refuses_what_is_no_range) {
  for (const char* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.1/8",
                           "10.0.0/8", "::/129", "fe80::1%eth0", "host", "10.0.0.0/8/8", "10.0.0.0/0x8"})
    EXPECT_FALSE(AddressRange::parse(text)) << text;
}

}  // namespace
}  // namespace watchbill::probe
