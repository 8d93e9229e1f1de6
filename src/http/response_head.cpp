#include "http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace watchbill::http {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

bool may_have_body(int status) { return status != 204 && status != 304; }

std::string http_date(base::Timestamp time) {
  using namespace std::chrono;
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                     unsigned(date.day()), kMonths[unsigned(date.month()) - 1], int(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string_view DateHeader::value() {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (now != second_ || text_.empty()) {
    second_ = now;
    text_ = http_date(now);
  }
  return text_;
}

namespace {

// A second Content-Length from a handler would be a smuggled response.
bool is_servers_own(std::string_view name) {
  return same_token(name, "Content-Length") || same_token(name, "Connection") || same_token(name, "Date") ||
         same_token(name, "Transfer-Encoding");
}

void append_fields(const Headers& headers, std::string& text) {
  std::size_t own = 0;
  for (std::size_t i = 0; i < headers.size(); ++i) own += is_servers_own(headers.name(i));
  if (own == 0) {
    text += headers.text();
    return;
  }
  for (std::size_t i = 0; i < headers.size(); ++i)
    if (!is_servers_own(headers.name(i)))
      text.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
}

}  // namespace

void write_head(const ResponseHead& head, std::string& text) {
  text.clear();
  fmt::format_to(std::back_inserter(text), "HTTP/1.1 {} {}\r\n", head.status, reason_phrase(head.status));
  append_fields(head.headers, text);
  if (head.content_length)
    fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", *head.content_length);
  if (!head.connection.empty()) text.append("Connection: ").append(head.connection).append("\r\n");
  text.append("Date: ").append(head.date).append("\r\n\r\n");
}

}  // namespace watchbill::http
