// From the text of a setting to its value. Pure functions; nullopt or false: not allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace watchbill::app {

// Decimal digits only, from `min` to `max`.
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max);

// "900000" (milliseconds), "500ms", "30s", "15m", "2h", "1d".
std::optional<base::Millis> parse_duration(std::string_view text, base::Millis min, base::Millis max);

// The shortest of the forms above that says the same: "15m", "1s", "1500ms".
std::string format_duration(base::Millis duration);

// Separated by commas, blanks around them removed, empty ones left out.
std::vector<std::string> split_list(std::string_view text);

// An IPv4 or IPv6 address.
bool is_address(std::string_view text);
// An address, or a network such as "10.0.0.0/8" or "fd00::/8" ("10.0.0.1/8" is more likely a slip).
bool is_address_or_network(std::string_view text);

// "192.0.2.53", "192.0.2.53:53", "[2001:db8::53]:53"
bool is_address_with_port(std::string_view text);

// "http://" or "https://", a host, perhaps a port and a path; no user, query or fragment. Without the slash
// at its end.
std::optional<std::string> parse_public_url(std::string_view text);

// The same public address with another path.
std::string with_path(std::string_view public_url, std::string_view path);

// "" or "/wb", "/tools/wb": a slash at the front, none at the end, plain characters. "/" comes back as "".
std::optional<std::string> parse_base_path(std::string_view text);

// Characters that can stand in a header: visible ASCII.
bool is_visible_ascii(std::string_view text);

}  // namespace watchbill::app
