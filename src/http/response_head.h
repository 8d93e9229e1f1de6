// The first bytes of a response.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/headers.h"

namespace watchbill::http {

std::string_view reason_phrase(int status);

// 204 and 304 never have a body.
bool may_have_body(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(base::Timestamp time);

// Made anew once a second at most.
class DateHeader {
 public:
  explicit DateHeader(const base::Clock& clock) : clock_(clock) {}

  // Good until the next call.
  std::string_view value();

 private:
  const base::Clock& clock_;
  std::chrono::sys_seconds second_{};
  std::string text_;
};

struct ResponseHead {
  int status;
  const Headers& headers;  // Connection, Content-Length, Date and Transfer-Encoding in it are left out
  std::string_view date;
  std::optional<std::size_t> content_length;  // none: the body ends with the connection
  std::string_view connection;                // "": nothing to say
};

// Status line and fields, ended by the empty line; replaces what `text` held.
void write_head(const ResponseHead& head, std::string& text);

}  // namespace watchbill::http
