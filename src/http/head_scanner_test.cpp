#include "http/head_scanner.h"

#include <gtest/gtest.h>

#include <string>

namespace watchbill::http {
namespace {

constexpr HeadScanner::Limits kLimits{40, 100, 3};

int status(std::string_view received) {
  HeadScanner scanner(kLimits);
  scanner.scan(received);
  return scanner.refusal().status;
}

TEST(HeadScanner, finds_the_end_wherever_the_input_is_cut) {
  const std::string head = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto input = head + "GET /next";
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    HeadScanner scanner(kLimits);
    const bool early = scanner.scan(std::string_view(input).substr(0, cut));
    EXPECT_EQ(early, cut >= head.size());
    EXPECT_TRUE(early || scanner.scan(input));
    EXPECT_EQ(scanner.begin(), 2u);
    EXPECT_EQ(scanner.end(), head.size());
    EXPECT_FALSE(scanner.refusal());
  }
}

TEST(HeadScanner, refuses_without_waiting_for_the_rest) {
  EXPECT_EQ(status("GET /\r\n"), 400);
  EXPECT_EQ(status("\x16\x03"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: 1\r\n "), 0);  // folded for sure only at its end
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: 1\r\n 2\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/3.0\r\n"), 505);
}

TEST(HeadScanner, holds_each_limit_exactly) {
  const std::string line = "GET /" + std::string(26, 'a') + " HTTP/1.1";  // 40
  EXPECT_EQ(status(line + "\r\n"), 0);
  EXPECT_EQ(status("GET /a" + line.substr(5) + "\r\n"), 414);
  EXPECT_EQ(status("GET /a" + line.substr(5) + "xx"), 414);
  EXPECT_EQ(status(line + "\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n"), 0);
  EXPECT_EQ(status(line + "\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n"), 431);
  EXPECT_EQ(status(line + "\r\nA: " + std::string(93, 'a') + "\r\n\r\n"), 0);  // 100 with both line ends
  EXPECT_EQ(status(line + "\r\nA: " + std::string(94, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(line + "\r\nA: " + std::string(98, 'a')), 431);
}

TEST(HeadScanner, starts_over_for_the_next_request) {
  HeadScanner scanner(kLimits);
  scanner.scan("nonsense\r\n");
  EXPECT_TRUE(scanner.refusal());
  scanner.reset();
  EXPECT_TRUE(scanner.scan("GET / HTTP/1.0\r\n\r\n"));
}

}  // namespace
}  // namespace watchbill::http
