#include "http/target.h"

#include <gtest/gtest.h>

#include "http/utf8.h"

namespace watchbill::http {
namespace {

TargetError parse(Request& request, std::string target) {
  request.clear();
  request.target = std::move(target);
  return parse_target(request);
}

TEST(Target, decodes_path_and_query_once) {
  Request request;
  ASSERT_EQ(parse(request, "/a%20b/%E4%BD%A0?x=1+2&y=%2541&x=%26&&flag&=v"), TargetError::none);
  EXPECT_EQ(request.path, "/a b/\u4f60");
  EXPECT_EQ(request.query, (Pairs{{"x", "1 2"}, {"y", "%41"}, {"x", "&"}, {"flag", ""}, {"", "v"}}));
}

TEST(Target, keeps_a_plus_in_the_path) {
  Request request;
  ASSERT_EQ(parse(request, "/a+b%2525"), TargetError::none);
  EXPECT_EQ(request.path, "/a+b%25");
}

TEST(Target, takes_the_host_of_an_absolute_target) {
  Request request;
  ASSERT_EQ(parse(request, "HTTPS://example.org:8080?a=/"), TargetError::none);
  EXPECT_EQ(request.host, "example.org:8080");
  EXPECT_EQ(request.path, "/");
  EXPECT_EQ(request.query, (Pairs{{"a", "/"}}));
}

TEST(Target, tells_broken_from_unnameable) {
  Request request;
  for (const char* broken : {"", "a", "?a", "/%", "/%4", "/%4g", "/a b", "/a#", "http://", "http://a@b/",
                             "/\x80", "mailto:a", "/?%", "*", "/?a=%ff"})
    EXPECT_EQ(parse(request, broken), TargetError::malformed) << broken;
  for (const char* unnameable : {"//", "/a//b", "/.", "/..", "/a/..", "/a/../b", "/%2e%2e/", "/./a", "/a%2fb",
                                 "/%2F", "/a%5cb", "/a\\b", "/%00", "/%0a", "/%7f", "/%c0%af", "/%ed%a0%80"})
    EXPECT_EQ(parse(request, unnameable), TargetError::unnameable) << unnameable;
  for (const char* fine : {"/", "/a", "/a/", "/...", "/.well-known/x", "/a..b", "/~a"})
    EXPECT_EQ(parse(request, fine), TargetError::none) << fine;
}

TEST(Target, star_is_for_options) {
  Request request;
  request.method = Method::options;
  request.target = "*";
  EXPECT_EQ(parse_target(request), TargetError::none);
}

TEST(Authority, is_a_name_or_address_with_an_optional_port) {
  for (const char* good : {"a", "a.b-c_d:1", "127.0.0.1:65535", "[::1]", "[fe80::1]:80", "a:"})
    EXPECT_TRUE(is_authority(good)) << good;
  for (const char* bad :
       {"", ":80", "a:b", "a:123456", "[::1", "::1]", "[x]", "a/b", "a b", "a,b", "a@b", "<a>", "[]"})
    EXPECT_FALSE(is_authority(bad)) << bad;
}

TEST(Utf8, is_checked_to_the_letter_of_unicode) {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe4\xbd\xa0", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe4\xbd", "\xe4\xbd\x41", "\xf0\x9f\x98\x20"})
    EXPECT_FALSE(is_valid_utf8(bad));
}

}  // namespace
}  // namespace watchbill::http
