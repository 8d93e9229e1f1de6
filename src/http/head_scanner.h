// The first look at a request, while it arrives.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/refusal.h"

namespace watchbill::http {

// Checks, byte by byte and before any parser, what lax parsers disagree about (bare CR or LF, folded lines,
// control characters, versions) and the limits of size, so that a refusal never has to wait for the rest.
class HeadScanner {
 public:
  struct Limits {
    std::size_t request_line;  // without its line end
    std::size_t header_bytes;  // every line after the first, with line ends
    std::size_t fields;
  };

  explicit HeadScanner(Limits limits) : limits_(limits) {}

  // For the next request.
  void reset();

  // `received` begins where the request begins and has grown since the last call. True: the header is
  // complete and lies between begin() and end(). False: refused, if refusal() says so, or incomplete.
  bool scan(std::string_view received);

  // Behind empty lines, which old clients put between requests.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return at_; }
  const Refusal& refusal() const { return refusal_; }

 private:
  bool take(std::string_view received);
  bool take_line(std::string_view line);
  void check_limits();

  Limits limits_;
  Refusal refusal_;
  std::size_t begin_ = 0;       // of the request line
  std::size_t line_begin_ = 0;  // of the current line
  std::size_t at_ = 0;          // the next byte to look at
  std::size_t lines_ = 0;       // complete ones
  std::size_t header_begin_ = 0;
};

}  // namespace watchbill::http
