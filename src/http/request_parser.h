// From bytes to a Request.
#pragma once

#include <memory>
#include <string_view>

#include "http/message.h"
#include "http/refusal.h"

namespace watchbill::http {

// Beast's parser behind the rules that it leaves open: what two parsers could read differently is refused,
// never repaired. One parser serves all requests of a connection, one after the other.
class RequestParser {
 public:
  explicit RequestParser(std::size_t max_body);
  ~RequestParser();

  // Starts a request: `head` is a whole header that HeadScanner accepted. Fills `request`, which is clear
  // and outlives its body's arrival.
  Refusal begin(std::string_view head, Request& request);

  // Takes a part of the body from the front of `received`; `taken` is how much of it. Call it until
  // is_done().
  Refusal take_body(std::string_view received, std::size_t& taken);

  bool is_done() const;

  // About the header, after begin().
  bool keep_alive() const;
  bool is_http_1_0() const;
  bool expects_continue() const;

  // For the time without a request.
  void release();

 private:
  class Parser;

  const std::size_t max_body_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace watchbill::http
