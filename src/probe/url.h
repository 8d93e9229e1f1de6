// Absolute http and https URLs, read by the parser that also sends the request (libcurl's).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "probe/host.h"

namespace watchbill::probe {

constexpr std::size_t kLongestUrl = 2048;

struct Url {
  std::string text;  // ASCII, host normalised, without user, password and fragment: what is requested
  bool tls = false;
  Host host;
  std::uint16_t port = 80;
};

struct UrlProblem {
  enum class Kind { malformed, other_scheme };
  Kind kind = Kind::malformed;
  std::string message;  // for people, e.g. "must begin with http:// or https://"
};

using ParsedUrl = std::variant<Url, UrlProblem>;

// What a user may save: at most kLongestUrl characters, no control characters, spaces or backslashes, no user
// name or password (they belong into a header). Other characters beyond ASCII in path and query are
// percent-encoded.
ParsedUrl parse_url(std::string_view text);

// Where a Location header leads from `base`, as a browser reads it. A user name and password in it are
// dropped.
ParsedUrl follow(const Url& base, std::string_view location);

// Scheme, host and port: what credentials may be shown to.
bool same_origin(const Url& a, const Url& b);

}  // namespace watchbill::probe
