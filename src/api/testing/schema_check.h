// Checks values against the part of JSON Schema that openapi.yaml uses.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace watchbill::api {

// Stricter than the standard in one point: fields that the schema does not name are always a problem. Throws
// std::logic_error for a keyword that it does not know, so that no rule is written down and not checked.
class SchemaCheck {
 public:
  // `document` holds what the references in its schemas point to, and outlives the check.
  explicit SchemaCheck(const nlohmann::json& document) : document_(document) {}

  // What is wrong with `value`, one line each.
  std::vector<std::string> problems(const nlohmann::json& schema, const nlohmann::json& value);

  const nlohmann::json& resolve(const nlohmann::json& node) const;

 private:
  using Names = std::set<std::string>;

  void check(const nlohmann::json& node, const nlohmann::json& value, const std::string& at);
  void evaluate(const nlohmann::json& node, const nlohmann::json& value, const std::string& at, Names& named);
  void check_choices(const nlohmann::json& choices, const nlohmann::json& value, const std::string& at,
                     Names& named);
  void check_object(const nlohmann::json& schema, const nlohmann::json& value, const std::string& at,
                    Names& named);
  void check_array(const nlohmann::json& schema, const nlohmann::json& value, const std::string& at);
  void check_text(const nlohmann::json& schema, const std::string& text, const std::string& at);
  void check_number(const nlohmann::json& schema, double number, const std::string& at);
  void expect(bool holds, const std::string& at, const std::string& otherwise);

  const nlohmann::json& document_;
  std::vector<std::string> problems_;
};

}  // namespace watchbill::api
