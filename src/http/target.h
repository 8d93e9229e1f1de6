// The request target: splitting and decoding it.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace watchbill::http {

enum class TargetError {
  none,
  malformed,   // 400: not a target at all
  unnameable,  // 404: well-formed, but no path that anything could lie at (see Request::path)
};

// Fills path and query of `request`, and host where the target is absolute ("http://host/path"), from its
// target.
// "*" is accepted for OPTIONS alone and gives the path "*".
TargetError parse_target(Request& request);

// Percent-decodes `text` once; false where an escape is broken. '+' becomes a space only `plus_is_space`.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded);

// "host", "host:port", "[::1]:port".
bool is_authority(std::string_view text);

}  // namespace watchbill::http
