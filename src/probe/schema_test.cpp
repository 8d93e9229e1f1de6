#include "probe/schema.h"

#include <gtest/gtest.h>

namespace watchbill::probe {
namespace {

using nlohmann::json;

// "code path" of each error.
std::vector<std::string> errors(const json& schema, json value) {
  std::vector<std::string> list;
  for (const auto& error : apply_schema(schema, value)) list.push_back(error.code + ' ' + error.path);
  return list;
}

std::vector<std::string> errors_of_member(const json& property, json value) {
  return errors({{"type", "object"}, {"properties", {{"x", property}}}}, {{"x", std::move(value)}});
}

using Errors = std::vector<std::string>;

TEST(Schema, types_are_strict) {
  const json integer = {{"type", "integer"}, {"minimum", 1}, {"maximum", 9}};
  EXPECT_EQ(errors_of_member(integer, 5), Errors());
  for (const json& value : {json("5"), json(5.0), json(1.5), json(true), json(nullptr), json::array({5})})
    EXPECT_EQ(errors_of_member(integer, value), Errors{"type /x"}) << value;
  EXPECT_EQ(errors_of_member({{"type", "boolean"}}, 1), Errors{"type /x"});
  EXPECT_EQ(errors_of_member({{"type", "string"}}, nullptr), Errors{"type /x"});
  EXPECT_EQ(errors_of_member({{"type", {"string", "null"}}}, nullptr), Errors());
  EXPECT_EQ(errors({{"type", "object"}, {"properties", json::object()}}, json::array()), Errors{"type "});
}

TEST(Schema, numbers_stay_in_their_range) {
  const json integer = {{"type", "integer"}, {"minimum", 1}, {"maximum", 9}};
  for (const json& value : {json(1), json(9)}) EXPECT_EQ(errors_of_member(integer, value), Errors());
  for (const json& value : {json(0), json(-1), json(10), json(std::uint64_t{1} << 63), json(UINT64_MAX)})
    EXPECT_EQ(errors_of_member(integer, value), Errors{"range /x"}) << value;
}

TEST(Schema, lengths_count_characters) {
  const json text = {{"type", "string"}, {"minLength", 1}, {"maxLength", 2}};
  EXPECT_EQ(errors_of_member(text, "监控"), Errors());
  EXPECT_EQ(errors_of_member(text, "abc"), Errors{"range /x"});
  EXPECT_EQ(errors_of_member(text, ""), Errors{"range /x"});
}

TEST(Schema, patterns_and_choices_are_enforced) {
  EXPECT_EQ(errors_of_member({{"type", "string"}, {"pattern", "^[0-9]+$"}}, "12a"), Errors{"format /x"});
  EXPECT_EQ(errors_of_member({{"type", "string"}, {"enum", {"GET", "HEAD"}}}, "get"), Errors{"range /x"});
}

TEST(Schema, lists_are_bounded_and_each_entry_checked) {
  const json list = {{"type", "array"}, {"minItems", 1}, {"maxItems", 3}, {"items", {{"type", "boolean"}}}};
  EXPECT_EQ(errors_of_member(list, {true, 1, "x"}), (Errors{"type /x/1", "type /x/2"}));
  EXPECT_EQ(errors_of_member(list, json::array()), Errors{"range /x"});
  EXPECT_EQ(errors_of_member(list, {true, true, true, true}), Errors{"range /x"});
}

TEST(Schema, all_errors_come_at_once_and_unknown_fields_are_errors) {
  const json schema = {{"type", "object"},
                       {"required", {"a", "b"}},
                       {"properties", {{"a", {{"type", "string"}}}, {"b", {{"type", "string"}}}}}};
  EXPECT_EQ(errors(schema, {{"a", 1}, {"c/~", 2}}),
            (Errors{"unknown_field /c~1~0", "type /a", "required /b"}));
}

TEST(Schema, errors_are_bounded_whatever_is_sent) {
  json value = json::object();
  for (int i = 0; i < 5000; ++i) value[std::string(500, 'x') + std::to_string(i)] = i;
  const auto list = apply_schema({{"type", "object"}, {"properties", json::object()}}, value);
  EXPECT_EQ(list.size(), 100u);
  EXPECT_LT(list[0].path.size(), 100u);
}

TEST(Schema, defaults_are_filled_in_at_every_depth) {
  const json schema = json::parse(R"({"type":"object","properties":{
    "a":{"type":"integer","minimum":0,"maximum":9,"default":5},
    "b":{"type":["object","null"],"default":null,"properties":{"c":{"type":"string","default":"d"}}}}})");
  json empty = json::object();
  EXPECT_TRUE(apply_schema(schema, empty).empty());
  EXPECT_EQ(empty, json::parse(R"({"a":5,"b":null})"));
  json given = {{"a", 7}, {"b", json::object()}};
  EXPECT_TRUE(apply_schema(schema, given).empty());
  EXPECT_EQ(given, json::parse(R"({"a":7,"b":{"c":"d"}})"));
  EXPECT_EQ(defaults_of(schema), empty);
}

}  // namespace
}  // namespace watchbill::probe
