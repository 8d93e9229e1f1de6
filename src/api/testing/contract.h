// Holds what the API answers and sends against openapi.yaml.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace watchbill::api {

class Contract {
 public:
  Contract();  // of the document that the program serves

  // "GET /api/v1/me" for every operation.
  std::set<std::string> operations() const;

  struct Answer {
    std::string method;
    std::string path;  // without query
    int status = 0;
    std::string content_type;
    std::string body;
    std::optional<std::string> retry_after = std::nullopt;  // the header; none: it was not looked at
  };
  // What is wrong with it, one line each: a status or content type that its operation does not name, a body
  // that the schema refuses, a Retry-After that is missing.
  std::vector<std::string> problems(const Answer& answer) const;

  // The same for a value and a schema of components/schemas.
  std::vector<std::string> problems(std::string_view schema_name, const nlohmann::json& value) const;

  const nlohmann::json& document() const { return document_; }

 private:
  const nlohmann::json* find_operation(const Answer& answer) const;
  std::vector<std::string> form_problems(const Answer& answer) const;

  nlohmann::json document_;
};

}  // namespace watchbill::api
