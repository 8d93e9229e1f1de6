#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

json time_json(base::Timestamp time) { return base::to_iso8601(time); }

json time_json(const std::optional<base::Timestamp>& time) { return time ? time_json(*time) : json(nullptr); }

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

http::Response json_response(int status, const json& value) {
  return http::Response::json(status, dump(value));
}

}  // namespace watchbill::api
