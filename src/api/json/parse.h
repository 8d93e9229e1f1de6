// From the bytes of a request body to a JSON value, for bodies that may be hostile.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace watchbill::api {

// Objects and lists inside each other, at most.
constexpr int kMaxJsonDepth = 32;

// Throws Refusal 400 for what is not JSON (also: not UTF-8, numbers beyond a double, a name twice in one
// object) and for deeper nesting. Linear in the size of the body; the size itself is limited by the HTTP
// server.
nlohmann::json parse_json(std::string_view body);

}  // namespace watchbill::api
