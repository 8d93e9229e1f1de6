#include "api/refusal.h"

#include <fmt/format.h>

namespace watchbill::api {

namespace {

constexpr std::chrono::seconds kRetryUnavailable{5};

// The first field error stands for all, so that a reader of `error` alone knows what to change.
std::string summary(const std::vector<FieldError>& fields) {
  const auto& first = fields.front();
  const std::string more = fields.size() > 1 ? fmt::format(" ({} problems in all)", fields.size()) : "";
  return fmt::format("{}: {}{}", first.path.empty() ? "body" : first.path, first.message, more);
}

}  // namespace

nlohmann::json Refusal::to_json() const {
  nlohmann::json json = {{"success", false}, {"error", message}, {"code", code}};
  if (fields.empty()) return json;
  auto& list = json["fields"] = nlohmann::json::array();
  for (const auto& field : fields)
    list.push_back({{"path", field.path}, {"code", field.code}, {"message", field.message}});
  return json;
}

Refusal malformed_json(std::string message) { return {400, "malformed_json", std::move(message)}; }

Refusal unauthorized() { return {401, "unauthorized", "Sign in first."}; }

Refusal forbidden(std::string code, std::string message) {
  return {403, std::move(code), std::move(message)};
}

Refusal not_found(std::string_view what) {
  return {404, "not_found", fmt::format("There is no such {}.", what)};
}

Refusal conflict(std::string code, std::string message) { return {409, std::move(code), std::move(message)}; }

Refusal validation_failed(std::vector<FieldError> fields) {
  Refusal refusal(422, "validation_failed", summary(fields));
  refusal.fields = std::move(fields);
  return refusal;
}

Refusal too_many_requests(std::chrono::seconds retry_after, std::string message) {
  Refusal refusal(429, "too_many_requests", std::move(message));
  refusal.retry_after = retry_after;
  return refusal;
}

Refusal unavailable(std::string code, std::string message) {
  Refusal refusal(503, std::move(code), std::move(message));
  refusal.retry_after = kRetryUnavailable;
  return refusal;
}

}  // namespace watchbill::api
