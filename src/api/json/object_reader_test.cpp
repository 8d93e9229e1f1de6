#include "api/json/object_reader.h"

#include <gtest/gtest.h>

namespace watchbill::api {
namespace {

using nlohmann::json;

// "path:code path:code" of everything that is wrong, "" when nothing is.
std::string errors_of(ObjectReader& reader) {
  try {
    reader.finish();
    return "";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, "validation_failed");
    std::string text;
    for (const auto& field : refusal.fields)
      text += (text.empty() ? "" : " ") + field.path + ":" + field.code;
    return text;
  }
}

std::string interval_errors(const json& value) {
  const json body = {{"intervalMinutes", value}};
  ObjectReader reader(body);
  reader.integer("intervalMinutes", 1, 1440);
  return errors_of(reader);
}

TEST(ObjectReader, takes_a_whole_number_in_its_range) {
  const json body = {{"n", 1440}};
  ObjectReader reader(body);
  EXPECT_EQ(reader.integer("n", 1, 1440), 1440);
  EXPECT_EQ(errors_of(reader), "");
  EXPECT_EQ(interval_errors(1), "");
  EXPECT_EQ(interval_errors(5.0), "");
}

TEST(ObjectReader, refuses_any_other_interval) {
  for (const json& value : {json(0), json(1441), json(-1), json(1e18), json(UINT64_MAX)})
    EXPECT_EQ(interval_errors(value), "intervalMinutes:range") << value;
  for (const json& value :
       {json(1.5), json("5"), json(nullptr), json(true), json::array({5}), json::object()})
    EXPECT_EQ(interval_errors(value), "intervalMinutes:type") << value;
}

TEST(ObjectReader, says_what_is_allowed) {
  const json body = {{"intervalMinutes", 0}};
  ObjectReader reader(body);
  reader.integer("intervalMinutes", 1, 1440);
  try {
    reader.finish();
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.message, "intervalMinutes: Must be a whole number from 1 to 1440.");
    EXPECT_EQ(refusal.to_json()["fields"][0]["message"], "Must be a whole number from 1 to 1440.");
  }
}

TEST(ObjectReader, reports_everything_at_once_with_unknown_fields) {
  const json body = {{"name", 5}, {"enabled", "yes"}, {"userId", "x"}, {"fence", 7}};
  ObjectReader reader(body);
  reader.required_text("name", {});
  reader.boolean("enabled");
  reader.required_text("password", {});
  EXPECT_EQ(errors_of(reader),
            "name:type enabled:type password:required fence:unknown_field userId:unknown_field");
}

TEST(ObjectReader, counts_characters_and_not_bytes) {
  const json body = {{"name", "监控监控"}};
  ObjectReader short_enough(body);
  EXPECT_EQ(short_enough.text("name", {.min_chars = 4, .max_chars = 4}), "监控监控");
  EXPECT_EQ(errors_of(short_enough), "");
  ObjectReader too_long(body);
  too_long.text("name", {.max_chars = 3});
  EXPECT_EQ(errors_of(too_long), "name:too_long");
  ObjectReader too_many_bytes(body);
  too_many_bytes.text("name", {.max_bytes = 11});
  EXPECT_EQ(errors_of(too_many_bytes), "name:too_long");
}

TEST(ObjectReader, trims_before_it_measures) {
  const json body = {{"name", "   "}};
  ObjectReader reader(body);
  reader.text("name", {.min_chars = 1, .trim = true});
  EXPECT_EQ(errors_of(reader), "name:too_short");
}

TEST(ObjectReader, refuses_control_characters) {
  for (const char* text : {"a\nb", "a\rb", "\x1b[31m", "a\x7f"}) {
    const json body = {{"name", text}};
    ObjectReader reader(body);
    reader.text("name", {});
    EXPECT_EQ(errors_of(reader), "name:format");
  }
  const json body = {{"name", std::string("a\0b", 3)}};
  ObjectReader reader(body);
  reader.text("name", {});
  EXPECT_EQ(errors_of(reader), "name:format");
}

TEST(ObjectReader, null_is_a_value_only_where_it_says_so) {
  const json body = {{"language", nullptr}, {"theme", nullptr}};
  ObjectReader reader(body);
  EXPECT_EQ(reader.choice_or_null("language", {"en"}), "");
  EXPECT_EQ(reader.choice("theme", {"dark"}), std::nullopt);
  EXPECT_EQ(errors_of(reader), "theme:type");
}

TEST(ObjectReader, refuses_a_choice_that_is_not_offered) {
  const json body = {{"role", "root"}};
  ObjectReader reader(body);
  reader.choice("role", {"user", "admin"});
  EXPECT_EQ(errors_of(reader), "role:not_allowed");
}

TEST(ObjectReader, a_body_must_be_an_object) {
  for (const json& body : {json::array(), json("x"), json(5), json(nullptr)})
    EXPECT_THROW(ObjectReader{body}, Refusal);
}

TEST(ObjectReader, a_flood_of_unknown_fields_gives_a_short_answer) {
  json body = json::object();
  for (int i = 0; i < 1000; ++i) body["field" + std::to_string(i)] = i;
  ObjectReader reader(body);
  try {
    reader.finish();
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.fields.size(), 50u);
  }
}

}  // namespace
}  // namespace watchbill::api
