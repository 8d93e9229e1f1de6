#include "api/testing/schema_check.h"

#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>

namespace watchbill::api {

using nlohmann::json;

namespace {

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "null") return value.is_null();
  throw std::logic_error("unknown type in the document: " + type);
}

bool has_one_type(const json& value, const json& types) {
  if (types.is_string()) return has_type(value, types);
  return std::any_of(types.begin(), types.end(), [&](const json& type) { return has_type(value, type); });
}

void require_known_keywords(const json& schema) {
  static const std::set<std::string> kKnown = {"$ref",
                                               "description",
                                               "title",
                                               "default",
                                               "examples",
                                               "example",
                                               "format",
                                               "type",
                                               "const",
                                               "enum",
                                               "oneOf",
                                               "allOf",
                                               "required",
                                               "properties",
                                               "items",
                                               "minItems",
                                               "maxItems",
                                               "minLength",
                                               "maxLength",
                                               "pattern",
                                               "minimum",
                                               "maximum",
                                               "additionalProperties",
                                               "unevaluatedProperties"};
  for (const auto& [keyword, rule] : schema.items())
    if (!kKnown.contains(keyword)) throw std::logic_error("unknown keyword in the document: " + keyword);
}

}  // namespace

const json& SchemaCheck::resolve(const json& node) const {
  const auto ref = node.find("$ref");
  if (ref == node.end()) return node;
  return resolve(document_.at(json::json_pointer(ref->get<std::string>().substr(1))));
}

std::vector<std::string> SchemaCheck::problems(const json& schema, const json& value) {
  problems_.clear();
  check(schema, value, "");
  return problems_;
}

void SchemaCheck::expect(bool holds, const std::string& at, const std::string& otherwise) {
  if (!holds) problems_.push_back((at.empty() ? "." : at) + " " + otherwise);
}

void SchemaCheck::check(const json& node, const json& value, const std::string& at) {
  Names named;
  evaluate(node, value, at, named);
  const json& schema = resolve(node);
  const bool free_form =
      !schema.contains("properties") && !schema.contains("allOf") && !schema.contains("oneOf");
  if (!value.is_object() || free_form) return;
  for (const auto& [name, field] : value.items())
    expect(named.contains(name), at, "has undocumented " + name);
}

// `named` collects the fields that the schema and its parts name.
void SchemaCheck::evaluate(const json& node, const json& value, const std::string& at, Names& named) {
  const json& schema = resolve(node);
  require_known_keywords(schema);
  if (schema.contains("type"))
    expect(has_one_type(value, schema["type"]), at,
           "is " + value.dump().substr(0, 60) + ", not " + schema["type"].dump());
  if (schema.contains("const")) expect(value == schema["const"], at, "is not " + schema["const"].dump());
  if (schema.contains("enum")) {
    const auto& allowed = schema["enum"];
    expect(std::find(allowed.begin(), allowed.end(), value) != allowed.end(), at,
           value.dump() + " is not allowed");
  }
  if (schema.contains("oneOf")) check_choices(schema["oneOf"], value, at, named);
  if (schema.contains("allOf"))
    for (const auto& part : schema["allOf"]) evaluate(part, value, at, named);
  if (value.is_object()) check_object(schema, value, at, named);
  if (value.is_array()) check_array(schema, value, at);
  if (value.is_string()) check_text(schema, value, at);
  if (value.is_number()) check_number(schema, value, at);
}

void SchemaCheck::check_choices(const json& choices, const json& value, const std::string& at, Names& named) {
  std::size_t fitting = 0;
  std::string refusals;
  for (const auto& choice : choices) {
    SchemaCheck alternative(document_);
    Names names;
    alternative.evaluate(choice, value, at, names);
    for (const auto& problem : alternative.problems_) refusals += " [" + problem + "]";
    if (!alternative.problems_.empty()) continue;
    ++fitting;
    named.merge(names);
  }
  expect(fitting == 1, at, "fits " + std::to_string(fitting) + " choices" + refusals);
}

void SchemaCheck::check_object(const json& schema, const json& value, const std::string& at, Names& named) {
  if (schema.contains("required"))
    for (const auto& name : schema["required"])
      expect(value.contains(name), at, "lacks " + name.get<std::string>());
  if (!schema.contains("properties")) return;
  for (const auto& [name, rule] : schema["properties"].items()) {
    named.insert(name);
    if (value.contains(name)) check(rule, value[name], at + "." + name);
  }
}

void SchemaCheck::check_array(const json& schema, const json& value, const std::string& at) {
  if (schema.contains("minItems")) expect(value.size() >= schema["minItems"], at, "has too few items");
  if (schema.contains("maxItems")) expect(value.size() <= schema["maxItems"], at, "has too many items");
  if (!schema.contains("items")) return;
  for (std::size_t i = 0; i < value.size(); ++i)
    check(schema["items"], value[i], at + "." + std::to_string(i));
}

void SchemaCheck::check_text(const json& schema, const std::string& text, const std::string& at) {
  const auto characters = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xC0) != 0x80; }));
  if (schema.contains("minLength")) expect(characters >= schema["minLength"], at, "is too short");
  if (schema.contains("maxLength")) expect(characters <= schema["maxLength"], at, "is too long");
  if (schema.contains("pattern"))
    expect(RE2::PartialMatch(text, schema["pattern"].get<std::string>()), at, "does not fit the pattern");
  if (schema.value("format", "") == "date-time")
    expect(RE2::FullMatch(text, R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"), at,
           "is no time in UTC with milliseconds");
}

void SchemaCheck::check_number(const json& schema, double number, const std::string& at) {
  if (schema.contains("minimum")) expect(number >= schema["minimum"].get<double>(), at, "is too small");
  if (schema.contains("maximum")) expect(number <= schema["maximum"].get<double>(), at, "is too large");
}

}  // namespace watchbill::api
