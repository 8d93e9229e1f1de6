#include "api/json/object_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "http/utf8.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

std::size_t count_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xC0) != 0x80; });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; });
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// Code and message of a field error.
std::pair<std::string, std::string> describe(const TextProblem& problem) {
  using enum TextProblem::Kind;
  switch (problem.kind) {
    case too_short:
      return {"too_short", problem.limit == 1
                               ? "Must not be empty."
                               : fmt::format("Must have at least {} characters.", problem.limit)};
    case too_long:
      return {"too_long", fmt::format("Must have at most {} characters.", problem.limit)};
    case too_many_bytes:
      return {"too_long", fmt::format("Must have at most {} bytes.", problem.limit)};
    case control_character:
      return {"format", "Must not hold control characters."};
    case not_utf8:
      break;
  }
  return {"format", "Must be UTF-8."};
}

}  // namespace

std::string normalized(std::string_view text, const TextRule& rule) {
  return rule.trim ? trimmed(text) : std::string(text);
}

std::optional<TextProblem> problem_with(std::string_view text, const TextRule& rule) {
  using enum TextProblem::Kind;
  if (!http::is_valid_utf8(text)) return TextProblem{not_utf8};
  const auto characters = count_characters(text);
  if (characters < rule.min_chars) return TextProblem{too_short, rule.min_chars};
  if (characters > rule.max_chars) return TextProblem{too_long, rule.max_chars};
  if (text.size() > rule.max_bytes) return TextProblem{too_many_bytes, rule.max_bytes};
  if (has_control_character(text)) return TextProblem{control_character};
  return std::nullopt;
}

ObjectReader::ObjectReader(const json& body) : body_(body) {
  if (!body.is_object()) throw validation_failed({{"", "type", "Must be an object."}});
}

const json* ObjectReader::find(std::string_view name) {
  known_.emplace(name);
  const auto found = body_.find(name);
  return found == body_.end() ? nullptr : &*found;
}

bool ObjectReader::require(std::string_view name) {
  if (find(name)) return true;
  add_error(std::string(name), "required", "Is required.");
  return false;
}

std::string ObjectReader::required_text(std::string_view name, const TextRule& rule) {
  return require(name) ? text(name, rule).value_or("") : "";
}

std::optional<std::string> ObjectReader::text(std::string_view name, const TextRule& rule) {
  const json* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    add_error(std::string(name), "type", "Must be a text.");
    return std::nullopt;
  }
  auto text = normalized(value->get_ref<const std::string&>(), rule);
  if (const auto problem = problem_with(text, rule)) {
    auto [code, message] = describe(*problem);
    add_error(std::string(name), std::move(code), std::move(message));
    return std::nullopt;
  }
  return text;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json* value = find(name);
  if (!value) return std::nullopt;
  const auto message = fmt::format("Must be a whole number from {} to {}.", min, max);
  // 5.0 is the same number as 5 to every JavaScript caller.
  const bool whole = value->is_number_integer() ||
                     (value->is_number_float() && std::trunc(value->get<double>()) == value->get<double>());
  if (!whole) {
    add_error(std::string(name), "type", message);
    return std::nullopt;
  }
  // As a double first: integers beyond 64 bits arrive as floats, unsigned ones beyond 63 bits would wrap.
  const double wide = value->get<double>();
  if (wide < static_cast<double>(min) || wide > static_cast<double>(max)) {
    add_error(std::string(name), "range", message);
    return std::nullopt;
  }
  return value->is_number_float() ? static_cast<std::int64_t>(wide) : value->get<std::int64_t>();
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  const json* value = find(name);
  if (!value) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  add_error(std::string(name), "type", "Must be true or false.");
  return std::nullopt;
}

std::optional<std::string> ObjectReader::choice(std::string_view name,
                                                std::initializer_list<std::string_view> allowed) {
  const json* value = find(name);
  return value ? choice_of(name, *value, allowed) : std::nullopt;
}

std::optional<std::string> ObjectReader::choice_or_null(std::string_view name,
                                                        std::initializer_list<std::string_view> allowed) {
  const json* value = find(name);
  if (!value) return std::nullopt;
  return value->is_null() ? std::optional<std::string>("") : choice_of(name, *value, allowed);
}

std::optional<std::string> ObjectReader::choice_of(std::string_view name, const json& value,
                                                   std::initializer_list<std::string_view> allowed) {
  const auto message = fmt::format("Must be one of {}.", fmt::join(allowed, ", "));
  if (!value.is_string()) {
    add_error(std::string(name), "type", message);
    return std::nullopt;
  }
  const auto& text = value.get_ref<const std::string&>();
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  add_error(std::string(name), "not_allowed", message);
  return std::nullopt;
}

json ObjectReader::required_object(std::string_view name) {
  return require(name) ? object(name).value_or(json::object()) : json::object();
}

std::optional<json> ObjectReader::object(std::string_view name) {
  const json* value = find(name);
  if (!value) return std::nullopt;
  if (value->is_object()) return *value;
  add_error(std::string(name), "type", "Must be an object.");
  return std::nullopt;
}

void ObjectReader::add_error(std::string path, std::string code, std::string message) {
  errors_.push_back({std::move(path), std::move(code), std::move(message)});
}

void ObjectReader::finish() {
  constexpr std::size_t kMostReported = 50;
  for (const auto& [name, value] : body_.items()) {
    if (errors_.size() >= kMostReported) break;
    if (!known_.contains(name)) add_error(name.substr(0, 64), "unknown_field", "There is no such field.");
  }
  if (!errors_.empty()) throw validation_failed(std::move(errors_));
}

}  // namespace watchbill::api
