#include "api/json/parse.h"

#include <gtest/gtest.h>

#include "api/refusal.h"

namespace watchbill::api {
namespace {

std::string code_for(std::string_view body) {
  try {
    parse_json(body);
    return "accepted";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status, 400);
    return refusal.code;
  }
}

std::string nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJson, reads_what_is_json) {
  EXPECT_EQ(parse_json(R"({"a":[1,true,null,"é"]})"), (nlohmann::json{{"a", {1, true, nullptr, "é"}}}));
  EXPECT_EQ(parse_json(" 5 "), 5);
}

TEST(ParseJson, refuses_what_is_not) {
  for (const std::string_view body : {"", "{", "{]", "{'a':1}", "{\"a\":1,}", "{\"a\":1} x", "nul", "[1 2]",
                                      "\"\\x\"", "{\"a\":NaN}", "01", "// c\n1"})
    EXPECT_EQ(code_for(body), "malformed_json") << body;
}

TEST(ParseJson, refuses_bytes_that_are_not_utf8) {
  EXPECT_EQ(code_for("\"\xff\""), "malformed_json");
  EXPECT_EQ(code_for("\"\xc0\xaf\""), "malformed_json");
  EXPECT_EQ(code_for("{\"\xed\xa0\x80\":1}"), "malformed_json");
  EXPECT_EQ(code_for(R"("\ud800")"), "malformed_json");
}

TEST(ParseJson, refuses_numbers_that_no_double_holds) {
  EXPECT_EQ(code_for(R"({"a":1e400})"), "malformed_json");
}

TEST(ParseJson, refuses_a_name_that_comes_twice) {
  EXPECT_EQ(code_for(R"({"a":1,"b":2,"a":3})"), "malformed_json");
  EXPECT_EQ(code_for(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"), "accepted");
}

TEST(ParseJson, refuses_deep_nesting_whatever_its_depth) {
  EXPECT_EQ(code_for(nested(kMaxJsonDepth)), "accepted");
  EXPECT_EQ(code_for(nested(kMaxJsonDepth + 1)), "json_too_deep");
  EXPECT_EQ(code_for(std::string(500'000, '[')), "json_too_deep");
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(code_for(objects), "json_too_deep");
}

TEST(ParseJson, names_the_place_and_not_the_input) {
  try {
    parse_json("{\"password\":\"hunter2\" x");
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.message, "The body is not valid JSON, at byte 23.");
  }
}

}  // namespace
}  // namespace watchbill::api
