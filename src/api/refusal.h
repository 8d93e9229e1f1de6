// How the API says no: one exception type, turned into the error form of openapi.yaml at one place.
#pragma once

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::api {

// One thing wrong with a request; `path` joins names and list positions by dots ("config.headers.0.name").
struct FieldError {
  std::string path;
  std::string code;
  std::string message;
};

// Thrown by anything that works for a request; whoever called the route's handler answers with it.
class Refusal : public std::exception {
 public:
  Refusal(int status, std::string code, std::string message)
      : status(status), code(std::move(code)), message(std::move(message)) {}

  const char* what() const noexcept override { return message.c_str(); }

  // {"success":false,"error":…,"code":…,"fields":…}
  nlohmann::json to_json() const;

  int status;
  std::string code;     // for programs, snake_case
  std::string message;  // one English sentence
  std::vector<FieldError> fields;
  std::optional<std::chrono::seconds> retry_after;
};

// The refusals that several routes share.
Refusal malformed_json(std::string message);                // 400
Refusal unauthorized();                                     // 401
Refusal forbidden(std::string code, std::string message);   // 403
Refusal not_found(std::string_view what);                   // 404: "There is no such <what>."
Refusal conflict(std::string code, std::string message);    // 409
Refusal validation_failed(std::vector<FieldError> fields);  // 422, at least one field
Refusal too_many_requests(std::chrono::seconds retry_after, std::string message);  // 429
Refusal unavailable(std::string code, std::string message);  // 503, Retry-After a few seconds

}  // namespace watchbill::api
