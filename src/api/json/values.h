// The small values that all objects of openapi.yaml are made of.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "http/message.h"

namespace watchbill::api {

// "2026-03-01T08:15:00.000Z"
nlohmann::json time_json(base::Timestamp time);
nlohmann::json time_json(const std::optional<base::Timestamp>& time);  // null: none
// null for "".
nlohmann::json text_or_null(std::string_view text);

template <class T>
nlohmann::json value_or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

template <class Items, class View>
nlohmann::json list_json(const Items& items, View view,
                         const std::optional<std::string>& next_cursor = std::nullopt) {
  auto list = nlohmann::json::array();
  for (const auto& item : items) list.push_back(view(item));
  return {{"items", std::move(list)}, {"nextCursor", value_or_null(next_cursor)}};
}

// Bytes that came from a target and are not UTF-8 are replaced, not refused.
std::string dump(const nlohmann::json& json);
http::Response json_response(int status, const nlohmann::json& json);

}  // namespace watchbill::api
