// JSON whose objects keep the order of their members, as JavaScript's do: what we write is then byte for byte
// what the Node library writes.
#pragma once

#include <nlohmann/json.hpp>

namespace watchbill::bullmq {

using Json = nlohmann::ordered_json;

// One line, no spaces. Bytes that are not UTF-8 become U+FFFD.
inline std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace watchbill::bullmq
