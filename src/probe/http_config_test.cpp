#include "probe/http_config.h"

#include <gtest/gtest.h>

#include "probe/schema.h"

namespace watchbill::probe {
namespace {

using nlohmann::json;
using Errors = std::vector<std::string>;

// "code path" of each error of a config for http://example.com that has `more`.
Errors errors(json more) {
  json config = {{"url", "http://example.com/"}};
  config.update(more);
  auto found = apply_schema(http_schema(), config);
  if (found.empty()) found = check_http_config(config);
  Errors list;
  for (const auto& error : found) list.push_back(error.code + ' ' + error.path);
  return list;
}

json header(const std::string& name, const std::string& value) {
  return {{"headers", json::array({{{"name", name}, {"value", value}}})}};
}

TEST(HttpConfig, a_url_is_enough) {
  json config = {{"url", "https://example.com/"}};
  EXPECT_TRUE(apply_schema(http_schema(), config).empty());
  EXPECT_EQ(config, json::parse(R"({"url":"https://example.com/","method":"GET","headers":[],"body":null,
    "expectedStatus":["200-299"],"keyword":null,"pattern":null,"followRedirects":true,"maxRedirects":5,
    "certificateWarningDays":null,"timeoutMs":10000,"verifyTls":true})"));
  EXPECT_TRUE(check_http_config(config).empty());
}

TEST(HttpConfig, is_read_as_it_was_saved) {
  const auto read = read_http_config(json::parse(R"({"url":"http://h/","method":"POST",
    "headers":[{"name":"Accept","value":"*/*"}],"body":"x","expectedStatus":["200","301-302"],
    "keyword":{"text":"ok"},"pattern":{"regex":"a+","expect":"absent"},"followRedirects":false,"maxRedirects":2,
    "certificateWarningDays":14,"timeoutMs":700,"verifyTls":false})"));
  EXPECT_EQ(read.method, "POST");
  EXPECT_EQ(read.headers.at(0).second, "*/*");
  EXPECT_EQ(read.body, "x");
  EXPECT_TRUE(read.expects(200) && read.expects(301) && read.expects(302));
  EXPECT_FALSE(read.expects(201) || read.expects(303) || read.expects(299));
  EXPECT_EQ(read.expected_text(), "200, 301-302");
  EXPECT_TRUE(read.keyword->present);
  EXPECT_FALSE(read.pattern->present);
  EXPECT_FALSE(read.follow_redirects);
  EXPECT_EQ(read.max_redirects, 2);
  EXPECT_EQ(read.certificate_warning_days, 14);
  EXPECT_EQ(read.timeout, std::chrono::milliseconds(700));
  EXPECT_FALSE(read.verify_tls);
}

TEST(HttpConfig, one_saved_before_a_field_existed_gets_the_default) {
  const auto read = read_http_config({{"url", "http://h/"}});
  EXPECT_TRUE(read.expects(204));
  EXPECT_FALSE(read.expects(300));
  EXPECT_TRUE(read.verify_tls && read.follow_redirects);
  EXPECT_THROW(read_http_config({{"url", 5}}), json::exception);
  EXPECT_THROW(read_http_config(json::array()), json::exception);
}

TEST(HttpConfig, the_url_must_be_one_that_can_be_requested) {
  EXPECT_EQ(errors({{"url", "ftp://example.com/"}}), Errors{"format /url"});
  EXPECT_EQ(errors({{"url", "http://user:pw@example.com/"}}), Errors{"format /url"});
  EXPECT_EQ(errors({{"url", "http://h/" + std::string(2048, 'a')}}), Errors{"range /url"});
}

TEST(HttpConfig, headers_cannot_smuggle_lines_or_change_the_framing) {
  EXPECT_EQ(errors(header("X-Token", "größer: ok")), Errors());
  EXPECT_EQ(errors(header("X-Empty", "")), Errors());
  for (const char* name : {"X Y", "X:", "X\r\nY", "X\n", "Ü", "X\"", "(x)", "x/y"})
    EXPECT_EQ(errors(header(name, "v")), Errors{"format /headers/0/name"}) << name;
  for (const char* name :
       {"Host", "host", "Content-Length", "TRANSFER-ENCODING", "Connection", "Upgrade", "TE", "Trailer",
        "Expect", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection"})
    EXPECT_EQ(errors(header(name, "v")), Errors{"format /headers/0/name"}) << name;
  const std::string values[] = {"a\r\nHost: evil", "a\nb", "a\rb", "\tb", std::string("a\0b", 3), "a\x7f"};
  for (const auto& value : values)
    EXPECT_EQ(errors(header("X", value)), Errors{"format /headers/0/value"}) << value;
}

TEST(HttpConfig, status_ranges_must_make_sense) {
  for (const char* good : {"200", "100-599", "404-404"})
    EXPECT_EQ(errors({{"expectedStatus", {good}}}), Errors());
  for (const char* bad :
       {"", "20", "2000", "600", "099", "200-", "-200", "200-99", "2xx", "200 ", "300-200", "200-299\n"})
    EXPECT_EQ(errors({{"expectedStatus", {bad}}}), Errors{"format /expectedStatus/0"}) << bad;
  EXPECT_EQ(errors({{"expectedStatus", json::array()}}), Errors{"range /expectedStatus"});
}

TEST(HttpConfig, expressions_must_compile_to_something_small) {
  const auto with = [](const char* regex) { return errors({{"pattern", {{"regex", regex}}}}); };
  EXPECT_EQ(with("\"status\":\\s*\"ok\""), Errors());
  for (const char* bad : {"(", "a{2,1}", "(?<name", "[z-a]", "\\1", "(?=x)", "a{1001}",
                          "((a{100}){100}){100}", "(\\pL{100}){10}"})
    EXPECT_EQ(with(bad), Errors{"format /pattern/regex"}) << bad;
}

TEST(HttpConfig, head_has_no_body_in_either_direction) {
  EXPECT_EQ(errors({{"method", "HEAD"}}), Errors());
  EXPECT_EQ(errors({{"method", "HEAD"}, {"body", "x"}, {"keyword", {{"text", "x"}}}}),
            (Errors{"format /body", "format /keyword"}));
}

TEST(HttpConfig, limits_are_those_that_are_published) {
  EXPECT_EQ(errors({{"timeoutMs", 499}}), Errors{"range /timeoutMs"});
  EXPECT_EQ(errors({{"timeoutMs", 500}}), Errors());
  EXPECT_EQ(errors({{"timeoutMs", 60000}}), Errors());
  EXPECT_EQ(errors({{"timeoutMs", 60001}}), Errors{"range /timeoutMs"});
  EXPECT_EQ(errors({{"maxRedirects", 11}}), Errors{"range /maxRedirects"});
  EXPECT_EQ(errors({{"certificateWarningDays", 0}}), Errors{"range /certificateWarningDays"});
  EXPECT_EQ(errors({{"body", std::string(65537, 'x')}}), Errors{"range /body"});
  EXPECT_EQ(errors({{"method", "TRACE"}}), Errors{"range /method"});
  EXPECT_EQ(errors({{"keyword", {{"text", ""}}}}), Errors{"range /keyword/text"});
  EXPECT_EQ(errors({{"keyword", {{"text", "x"}, {"expect", "maybe"}}}}), Errors{"range /keyword/expect"});
  EXPECT_EQ(errors({{"keyword", json::object()}}), Errors{"required /keyword/text"});
}

}  // namespace
}  // namespace watchbill::probe
