#include "probe/schema.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <limits>

#include "probe/text.h"

namespace watchbill::probe {

namespace {

using nlohmann::json;

constexpr std::size_t kMostErrors = 100;
constexpr std::size_t kLongestName = 64;

class Walk {
 public:
  void check(const json& schema, json& value, const std::string& path);
  std::vector<domain::ConfigError> errors;

 private:
  bool type_fits(const json& schema, const json& value, const std::string& path);
  void check_object(const json& schema, json& value, const std::string& path);
  void check_array(const json& schema, json& value, const std::string& path);
  void check_text(const json& schema, const json& value, const std::string& path);
  void check_number(const json& schema, const json& value, const std::string& path);
  void add(const std::string& path, const char* code, std::string message);
};

// Strict: 5.0 is no integer and "5" no number.
bool is_of_type(const json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

std::string_view for_people(std::string_view type) {
  if (type == "string") return "text";
  if (type == "integer") return "a whole number";
  if (type == "boolean") return "true or false";
  if (type == "array") return "a list";
  if (type == "object") return "an object";
  return type;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string member(const std::string& path, std::string_view name) {
  std::string escaped = path + '/';
  for (char c : name) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return escaped;
}

void Walk::add(const std::string& path, const char* code, std::string message) {
  if (errors.size() < kMostErrors) errors.push_back({path, code, std::move(message)});
}

bool Walk::type_fits(const json& schema, const json& value, const std::string& path) {
  const auto type = schema.find("type");
  if (type == schema.end()) return true;
  const json types = type->is_array() ? *type : json::array({*type});
  std::string wanted;
  for (const auto& each : types) {
    const auto& name = each.get_ref<const std::string&>();
    if (is_of_type(value, name)) return true;
    wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", for_people(name));
  }
  add(path, "type", "must be " + wanted);
  return false;
}

void Walk::check(const json& schema, json& value, const std::string& path) {
  if (!type_fits(schema, value, path)) return;
  const auto allowed = schema.find("enum");
  if (allowed != schema.end() && std::find(allowed->begin(), allowed->end(), value) == allowed->end()) {
    std::string list;
    for (const auto& each : *allowed) list += (list.empty() ? "" : ", ") + each.get_ref<const std::string&>();
    return add(path, "range", "must be one of " + list);
  }
  if (value.is_object()) check_object(schema, value, path);
  if (value.is_array()) check_array(schema, value, path);
  if (value.is_string()) check_text(schema, value, path);
  if (value.is_number_integer()) check_number(schema, value, path);
}

void Walk::check_object(const json& schema, json& value, const std::string& path) {
  const auto& properties = schema.at("properties");
  for (const auto& [name, ignored] : value.items())
    if (!properties.contains(name))
      add(member(path, printable(name, kLongestName)), "unknown_field", "is not a known field");
  for (const auto& [name, property] : properties.items()) {
    if (value.contains(name))
      check(property, value[name], member(path, name));
    else if (property.contains("default"))
      value[name] = property["default"];
  }
  for (const auto& required : schema.value("required", json::array())) {
    const auto& name = required.get_ref<const std::string&>();
    if (!value.contains(name)) add(member(path, name), "required", "is required");
  }
}

void Walk::check_array(const json& schema, json& value, const std::string& path) {
  const auto least = schema.value("minItems", std::size_t{0});
  const auto most = schema.at("maxItems").get<std::size_t>();
  if (value.size() < least || value.size() > most)
    return add(path, "range", fmt::format("must have {} to {} entries", least, most));
  for (std::size_t i = 0; i < value.size(); ++i)
    check(schema.at("items"), value[i], fmt::format("{}/{}", path, i));
}

void Walk::check_text(const json& schema, const json& value, const std::string& path) {
  const auto& text = value.get_ref<const std::string&>();
  const auto length = characters(text);
  if (length < schema.value("minLength", std::size_t{0})) return add(path, "range", "must not be empty");
  const auto longest = schema.value("maxLength", text.size());
  if (length > longest) return add(path, "range", fmt::format("must have at most {} characters", longest));
  const auto pattern = schema.find("pattern");
  if (pattern != schema.end() && !RE2::PartialMatch(text, RE2(pattern->get<std::string>())))
    add(path, "format", schema.value("description", "does not have the right form"));
}

void Walk::check_number(const json& schema, const json& value, const std::string& path) {
  const auto least = schema.at("minimum").get<std::int64_t>();
  const auto most = schema.at("maximum").get<std::int64_t>();
  const bool beyond_signed =
      value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  if (beyond_signed || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
    add(path, "range", fmt::format("must be between {} and {}", least, most));
}

}  // namespace

std::vector<domain::ConfigError> apply_schema(const json& schema, json& value) {
  Walk walk;
  walk.check(schema, value, "");
  return std::move(walk.errors);
}

json defaults_of(const json& schema) {
  json defaults = json::object();
  for (const auto& [name, property] : schema.at("properties").items())
    if (property.contains("default")) defaults[name] = property["default"];
  return defaults;
}

}  // namespace watchbill::probe
