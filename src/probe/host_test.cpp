#include "probe/host.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

namespace watchbill::probe {
namespace {

using Bytes = std::array<unsigned, 4>;

// "１" for "1"
std::string fullwidth(std::string_view text) {
  std::string wide;
  for (char c : text) {
    if (c == '.')
      wide += "。";
    else if (c >= '0' && c <= '9')
      wide += fmt::format("\xEF\xBC{}", static_cast<char>(0x90 + (c - '0')));
    else
      wide += c;
  }
  return wide;
}

// One byte as decimal, octal or hexadecimal, with and without padding.
std::vector<std::string> spellings(unsigned value) {
  return {fmt::format("{}", value),     fmt::format("0{:o}", value),  fmt::format("000{:o}", value),
          fmt::format("0x{:x}", value), fmt::format("0X{:X}", value), fmt::format("0x000{:x}", value)};
}

// Everything that inet_aton and browsers take for the address.
std::set<std::string> notations(const Bytes& b) {
  const unsigned tail2 = b[2] << 8 | b[3];
  const unsigned tail3 = b[1] << 16 | tail2;
  const unsigned whole = b[0] << 24 | tail3;
  std::set<std::string> all;
  for (const auto& last : spellings(whole)) all.insert(last);
  for (const auto& first : spellings(b[0])) {
    for (const auto& last : spellings(tail3)) all.insert(first + '.' + last);
    for (const auto& last : spellings(tail2)) all.insert(fmt::format("{}.{}.{}", first, b[1], last));
    for (const auto& last : spellings(b[3])) {
      all.insert(fmt::format("{}.{}.{}.{}", first, b[1], b[2], last));
      all.insert(fmt::format("{}.0x{:x}.0{:o}.{}", first, b[1], b[2], last));
    }
  }
  for (const auto& plain : std::set<std::string>(all)) {
    all.insert(plain + '.');
    all.insert(fullwidth(plain));
  }
  return all;
}

TEST(Host, every_notation_of_an_ipv4_address_is_that_address_and_refused) {
  std::size_t tried = 0;
  for (const Bytes& bytes :
       {Bytes{127, 0, 0, 1}, Bytes{10, 1, 2, 3}, Bytes{169, 254, 169, 254}, Bytes{192, 168, 1, 254},
        Bytes{0, 0, 0, 0}, Bytes{100, 100, 100, 200}, Bytes{255, 255, 255, 255}}) {
    const boost::asio::ip::address_v4 expected(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
    for (const auto& text : notations(bytes)) {
      const auto host = parse_host(text);
      ASSERT_TRUE(host && host->address) << text;
      EXPECT_EQ(*host->address, Address(expected)) << text;
      EXPECT_EQ(host->ascii, expected.to_string()) << text;
      EXPECT_TRUE(AddressGuard().refusal(*host->address)) << text;
      ++tried;
    }
  }
  EXPECT_GT(tried, 1000u);
}

TEST(Host, every_notation_of_an_ipv6_address_is_that_address_and_refused) {
  const struct {
    const char* text;
    const char* ascii;
  } rows[] = {
      {"::1", "::1"},
      {"[::1]", "::1"},
      {"[0:0:0:0:0:0:0:1]", "::1"},
      {"[0000:0000:0000:0000:0000:0000:0000:0001]", "::1"},
      {"[::FFFF:7F00:1]", "::ffff:127.0.0.1"},
      {"[::ffff:127.0.0.1]", "::ffff:127.0.0.1"},
      {"::ffff:169.254.169.254", "::ffff:169.254.169.254"},
      {"[::127.0.0.1]", "::127.0.0.1"},
      {"[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1"},
      {"[2002:7f00:1::]", "2002:7f00:1::"},
      {"[FD00:EC2::254]", "fd00:ec2::254"},
      {"[fe80::1%eth0]", "fe80::1"},
      {"fe80::1%25eth0", "fe80::1"},
      {"[2606:4700::1%1]", "2606:4700::1"},
  };
  for (const auto& [text, ascii] : rows) {
    const auto host = parse_host(text);
    ASSERT_TRUE(host && host->address) << text;
    EXPECT_EQ(host->ascii, ascii) << text;
    EXPECT_TRUE(AddressGuard().refusal(*host->address)) << text;
  }
}

TEST(Host, names_become_lower_case_ascii) {
  const struct {
    const char* text;
    const char* ascii;
  } rows[] = {
      {"Example.COM", "example.com"},
      {"example.com.", "example.com"},
      {"bücher.example", "xn--bcher-kva.example"},
      {"BÜCHER.example", "xn--bcher-kva.example"},
      {"faß.de", "xn--fa-hia.de"},
      {"例え.jp", "xn--r8jz45g.jp"},
      {"例え。jp", "xn--r8jz45g.jp"},
      {"ｅｘａｍｐｌｅ．com", "example.com"},
      {"ⓛocalhost", "localhost"},
      {"xn--fa-hia.de", "xn--fa-hia.de"},
      {"my_service", "my_service"},
      {"1and1.com", "1and1.com"},
      {"0xg.com", "0xg.com"},
      {"a-b.c--d", "a-b.c--d"},
  };
  for (const auto& [text, ascii] : rows) {
    const auto host = parse_host(text);
    ASSERT_TRUE(host) << text;
    EXPECT_EQ(host->ascii, ascii);
    EXPECT_FALSE(host->address) << text;
  }
}

TEST(Host, refuses_what_is_neither_name_nor_address) {
  const std::string long_label(64, 'a');
  std::string long_name = "a";
  while (long_name.size() < 254) long_name += ".a";
  const std::string rows[] = {"",
                              ".",
                              "..",
                              "a..b",
                              ".a",
                              "a b",
                              "a/b",
                              "a@b",
                              "a%00b",
                              "1.2.3.4.5",
                              "256.1.1.1",
                              "1.2.3.256",
                              "0x100000000",
                              "4294967296",
                              "08",
                              "1.2.3.09",
                              "1.2..3",
                              "127.0.0.1..",
                              "[::1",
                              "::1]",
                              "[127.0.0.1]",
                              ":::",
                              "1:2",
                              "[::1]x",
                              "a\r\nb",
                              "a\tb",
                              "a\\b",
                              "a?b",
                              "\xff\xfe",
                              "a\xc3",
                              "foo.127",
                              long_label,
                              long_name,
                              std::string("a\0b", 3)};
  for (const auto& text : rows) EXPECT_FALSE(parse_host(text)) << text;
}

TEST(Host, ipv6_has_brackets_in_urls) {
  EXPECT_EQ(parse_host("2001:db8::1")->in_url(), "[2001:db8::1]");
  EXPECT_EQ(parse_host("192.0.2.1")->in_url(), "192.0.2.1");
  EXPECT_EQ(parse_host("example.com")->in_url(), "example.com");
}

}  // namespace
}  // namespace watchbill::probe
