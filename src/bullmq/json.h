// JSON whose objects keep the order of their members, as JavaScript's do: what we write is then byte for byte
// what the Node library writes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace watchbill::bullmq {

using Json = nlohmann::ordered_json;

// One line, no spaces. Bytes that are not UTF-8 become U+FFFD.
inline std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Nothing for what is not JSON.
inline std::optional<Json> json_or_nothing(std::string_view text) {
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

}  // namespace watchbill::bullmq
