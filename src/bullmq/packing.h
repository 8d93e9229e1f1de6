// Small pieces that the messages are made of.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "bullmq/json.h"
#include "redis/command.h"

namespace watchbill::bullmq {

inline std::string pack(const Json& json) {
  std::string bytes;
  Json::to_msgpack(json, bytes);
  return bytes;
}

template <class... Key>
redis::Command with_keys(const redis::Script& script, const Key&... key) {
  const std::array<std::string_view, sizeof...(Key)> keys{std::string_view(key)...};
  return redis::Command(script, keys);
}

}  // namespace watchbill::bullmq
