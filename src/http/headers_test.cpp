#include "http/headers.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace watchbill::http {
namespace {

Headers sample() {
  Headers headers;
  headers.add("Host", "example.org");
  headers.add("X-Forwarded-For", "192.0.2.1");
  headers.add("x-forwarded-for", "192.0.2.2");
  headers.add("Empty", "");
  return headers;
}

TEST(Headers, finds_whatever_the_case) {
  const auto headers = sample();
  EXPECT_EQ(headers.get("HOST"), "example.org");
  EXPECT_EQ(headers.get("x-FORWARDED-for"), "192.0.2.1");
  EXPECT_EQ(headers.find("empty"), "");
  EXPECT_EQ(headers.find("Hos"), std::nullopt);
  EXPECT_EQ(headers.get("Hosts"), "");
}

TEST(Headers, keeps_order_and_repetition) {
  EXPECT_EQ(sample().all("X-Forwarded-For"), (std::vector<std::string_view>{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(sample().text(),
            "Host: example.org\r\nX-Forwarded-For: 192.0.2.1\r\nx-forwarded-for: 192.0.2.2\r\nEmpty: \r\n");
}

TEST(Headers, set_replaces_every_field_of_the_name) {
  auto headers = sample();
  headers.set("X-FORWARDED-FOR", "none");
  headers.set("New", "1");
  EXPECT_EQ(headers.text(), "Host: example.org\r\nEmpty: \r\nX-FORWARDED-FOR: none\r\nNew: 1\r\n");
  headers.remove("host");
  EXPECT_FALSE(headers.contains("Host"));
  EXPECT_EQ(headers.size(), 3u);
}

TEST(Headers, refuses_what_would_break_out_of_a_line) {
  Headers headers;
  using std::string_view_literals::operator""sv;
  for (auto value : {"a\r\nb: c"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv, "\x1b[2J"sv, "\x7f"sv})
    EXPECT_THROW(headers.add("Name", value), std::invalid_argument);
  for (auto name : {""sv, "a b"sv, "a:"sv, "a\r\n"sv, "\xc3\xa9"sv, "a\0"sv})
    EXPECT_THROW(headers.add(name, "value"), std::invalid_argument);
  EXPECT_EQ(headers.size(), 0u);
  headers.add("Name", "tab\tand \xc3\xa9");
  EXPECT_EQ(headers.size(), 1u);
}

TEST(Headers, reads_lists_of_tokens) {
  EXPECT_TRUE(lists_token("gzip, BR;q=1", "br"));
  EXPECT_TRUE(lists_token("application/json; charset=utf-8", "application/json"));
  EXPECT_FALSE(lists_token("gzip, brotli", "br"));
  EXPECT_FALSE(lists_token("", "br"));
}

}  // namespace
}  // namespace watchbill::http
