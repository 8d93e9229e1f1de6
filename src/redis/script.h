// A Lua script that the server runs by its hash.
#pragma once

#include <cstddef>
#include <string_view>

namespace watchbill::redis {

// All views live as long as the program.
struct Script {
  std::string_view name;
  std::size_t keys;       // how many KEYS it takes
  std::string_view sha1;  // lower-case hex, of `body`
  std::string_view body;
};

}  // namespace watchbill::redis
