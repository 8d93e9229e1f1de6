// Reads the fields of a request body strictly and collects everything that is wrong with them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/refusal.h"

namespace watchbill::api {

struct TextRule {
  std::size_t min_chars = 0;  // Unicode characters
  std::size_t max_chars = 191;
  std::size_t max_bytes = 4096;
  bool trim = false;  // leading and trailing blanks are removed first
};

struct TextProblem {
  enum class Kind { not_utf8, too_short, too_long, too_many_bytes, control_character };
  Kind kind;
  std::size_t limit = 0;  // of the rule, where it is one of length
};

// The text as it is stored: without blanks at its ends, where the rule says so.
std::string normalized(std::string_view text, const TextRule& rule);
// What is wrong with a normalized text.
std::optional<TextProblem> problem_with(std::string_view text, const TextRule& rule);

// Each reader names its field once, then finish() throws 422 with all errors, unknown fields among them. What
// a reader returns counts only after finish(): a required field that is wrong comes as an empty value until
// then. null is a wrong type, except where a method says otherwise.
class ObjectReader {
 public:
  // `body` must outlive the reader. Anything but an object throws 422 at once.
  explicit ObjectReader(const nlohmann::json& body);

  bool has(std::string_view name) const { return body_.contains(name); }

  // Adds an error where the field is absent; the required_… readers do it by themselves.
  bool require(std::string_view name);

  std::string required_text(std::string_view name, const TextRule& rule);
  std::optional<std::string> text(std::string_view name, const TextRule& rule);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::string> choice(std::string_view name, std::initializer_list<std::string_view> allowed);
  // null comes back as "".
  std::optional<std::string> choice_or_null(std::string_view name,
                                            std::initializer_list<std::string_view> allowed);
  nlohmann::json required_object(std::string_view name);
  std::optional<nlohmann::json> object(std::string_view name);

  // For rules about the meaning of a field.
  void add_error(std::string path, std::string code, std::string message);
  void finish();

 private:
  const nlohmann::json* find(std::string_view name);
  std::optional<std::string> choice_of(std::string_view name, const nlohmann::json& value,
                                       std::initializer_list<std::string_view> allowed);

  const nlohmann::json& body_;
  std::set<std::string, std::less<>> known_;
  std::vector<FieldError> errors_;
};

}  // namespace watchbill::api
