// A host as people write it, brought to the one form that the guard, the resolver and the certificate check
// share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probe/address_guard.h"

namespace watchbill::probe {

struct Host {
  // Lower-case ASCII: "example.com", "xn--bcher-kva.example", "192.0.2.1", "2001:db8::1"; no brackets, no
  // trailing dot.
  std::string ascii;
  // The address that is written there, in whatever notation; none: a name to resolve. A zone ("fe80::1%eth0")
  // is kept as a scope id other than 0, which the guard refuses.
  std::optional<Address> address;

  // As it stands in a URL: IPv6 in brackets.
  std::string in_url() const;
};

// Accepts names (internationalised ones become punycode), IPv4 in every notation that inet_aton and browsers
// take (decimal, hexadecimal, octal, one to four parts, fullwidth digits, trailing dot), IPv6 with or without
// brackets. nullopt: not a host.
std::optional<Host> parse_host(std::string_view text);

}  // namespace watchbill::probe
