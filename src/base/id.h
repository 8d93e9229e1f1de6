// Random identifiers and secrets.
#pragma once

#include <string>
#include <string_view>

namespace watchbill::base {

// 26 characters of lower-case base32 (128 random bits), safe in URLs, file names and BullMQ job ids. Ids sort
// uniformly: the stores keep rows that belong together next to each other by it (docs/design/decisions/0002).
std::string new_id();

// A random UUID (RFC 4122, version 4), for tables that want one: "9b2e…-4…". Any thread.
std::string new_uuid();

// Where an id of new_id() lies between the smallest (0) and the largest (just under 1); for any other text a
// hash takes its place, so that ids given by other applications spread as well.
double id_fraction(std::string_view id);

// 43 characters of URL-safe base64 (256 random bits): session tokens, API tokens, set-up links.
std::string new_secret();

// Lower-case hex SHA-256: how secrets are stored and compared.
std::string sha256_hex(std::string_view text);

}  // namespace watchbill::base
