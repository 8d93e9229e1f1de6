#include "http/request_parser.h"

#include <gtest/gtest.h>

namespace watchbill::http {
namespace {

constexpr std::size_t kMaxBody = 1000;

class RequestParserTest : public testing::Test {
 protected:
  Refusal begin(const std::string& head) {
    request_.clear();
    return parser_.begin(head, request_);
  }

  // Feeds a body, never more than `step` new bytes at once. What was not taken stays for the next time, as in
  // a connection.
  Refusal feed(const std::string& body, std::size_t step) {
    std::string waiting;
    for (std::size_t at = 0; at < body.size() && !parser_.is_done(); at += step) {
      waiting += body.substr(at, step);
      std::size_t taken = 0;
      if (const auto refusal = parser_.take_body(waiting, taken)) return refusal;
      waiting.erase(0, taken);
    }
    left_ = waiting;
    return {};
  }

  Request request_;
  RequestParser parser_{kMaxBody};
  std::string left_;
};

const std::string kChunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(RequestParserTest, fills_the_request_from_the_head) {
  ASSERT_FALSE(begin("PATCH /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nX-One:  1 \r\nX-One: 2\r\n\r\n"));
  EXPECT_TRUE(parser_.is_done());
  EXPECT_TRUE(parser_.keep_alive());
  EXPECT_EQ(request_.method, Method::patch);
  EXPECT_EQ(request_.target, "/a/b?c=d");
  EXPECT_EQ(request_.path, "/a/b");
  EXPECT_EQ(request_.host, "h:1");
  EXPECT_EQ(request_.headers.all("x-one"), (std::vector<std::string_view>{"1", "2"}));
}

TEST_F(RequestParserTest, reads_a_body_however_it_is_cut) {
  const std::string chunks = "5\r\nhello\r\n1a ;x=\"y;z\"\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nT: 1\r\n\r\n";
  for (std::size_t step = 1; step <= chunks.size(); ++step) {
    ASSERT_FALSE(begin(kChunked));
    ASSERT_FALSE(feed(chunks, step)) << step;
    EXPECT_TRUE(parser_.is_done());
    EXPECT_EQ(request_.body, "helloabcdefghijklmnopqrstuvwxyz");
    EXPECT_EQ(request_.headers.get("T"), "");
  }
  for (std::size_t step = 1; step <= 5; ++step) {
    ASSERT_FALSE(begin("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"));
    ASSERT_FALSE(feed("hello", step));
    EXPECT_TRUE(parser_.is_done());
    EXPECT_EQ(request_.body, "hello");
  }
}

TEST_F(RequestParserTest, reads_an_empty_chunked_body_however_it_is_cut) {
  for (const std::string chunks : {"0\r\n\r\n", "000\r\n\r\n", "0;a\r\nT: 1\r\n\r\n"}) {
    for (std::size_t step = 1; step <= chunks.size(); ++step) {
      ASSERT_FALSE(begin(kChunked));
      ASSERT_FALSE(feed(chunks, step)) << step;
      EXPECT_TRUE(parser_.is_done());
      EXPECT_EQ(request_.body, "");
    }
  }
}

TEST_F(RequestParserTest, leaves_what_follows_the_body) {
  ASSERT_FALSE(begin("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"));
  ASSERT_FALSE(feed("hiGET / HTTP/1.1", 100));
  EXPECT_EQ(request_.body, "hi");
  EXPECT_EQ(left_, "GET / HTTP/1.1");
}

TEST_F(RequestParserTest, counts_chunks_against_the_limit) {
  ASSERT_FALSE(begin(kChunked));
  EXPECT_FALSE(feed("3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n", 64));
  EXPECT_TRUE(parser_.is_done());
  ASSERT_FALSE(begin(kChunked));
  EXPECT_EQ(feed("3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\na\r\n0\r\n\r\n", 64).status, 413);
}

TEST_F(RequestParserTest, counts_the_framing_of_chunks) {
  std::string chunks;
  for (int i = 0; i < 900; ++i) chunks += "1;extension-of-some-length\r\na\r\n";
  ASSERT_FALSE(begin(kChunked));
  EXPECT_EQ(feed(chunks, 100).status, 413);
}

TEST_F(RequestParserTest, tells_what_the_client_expects) {
  ASSERT_FALSE(begin("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n"));
  EXPECT_TRUE(parser_.expects_continue());
  ASSERT_FALSE(begin("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_FALSE(parser_.expects_continue());
  EXPECT_FALSE(parser_.keep_alive());
}

}  // namespace
}  // namespace watchbill::http
