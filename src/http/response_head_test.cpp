#include "http/response_head.h"

#include <gtest/gtest.h>

namespace watchbill::http {
namespace {

TEST(HttpDate, is_the_one_of_the_standard) {
  EXPECT_EQ(http_date(base::from_epoch_ms(784'111'777'999)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(base::from_epoch_ms(1'709'164'800'000)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(DateHeader, follows_the_clock) {
  base::ManualClock clock(base::from_epoch_ms(784'111'777'000));
  DateHeader date(clock);
  EXPECT_EQ(date.value(), "Sun, 06 Nov 1994 08:49:37 GMT");
  clock.advance(base::Millis(999));
  EXPECT_EQ(date.value(), "Sun, 06 Nov 1994 08:49:37 GMT");
  clock.advance(base::Millis(1));
  EXPECT_EQ(date.value(), "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST(ResponseHead, is_written_as_http_has_it) {
  Headers headers;
  headers.add("X-One", "1");
  std::string text = "old";
  write_head({200, headers, "now", 3, ""}, text);
  EXPECT_EQ(text, "HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 3\r\nDate: now\r\n\r\n");
  write_head({599, headers, "now", std::nullopt, "close"}, text);
  EXPECT_EQ(text, "HTTP/1.1 599 Status\r\nX-One: 1\r\nConnection: close\r\nDate: now\r\n\r\n");
}

TEST(ResponseHead, leaves_the_servers_own_fields_to_the_server) {
  Headers headers;
  for (const char* name : {"content-length", "Connection", "X-One", "DATE", "Transfer-Encoding"})
    headers.add(name, "1");
  std::string text;
  write_head({404, headers, "now", 0, ""}, text);
  EXPECT_EQ(text, "HTTP/1.1 404 Not Found\r\nX-One: 1\r\nContent-Length: 0\r\nDate: now\r\n\r\n");
}

}  // namespace
}  // namespace watchbill::http
