#include "probe/url.h"

#include <gtest/gtest.h>

#include <boost/url/parse.hpp>

namespace watchbill::probe {
namespace {

Url url(std::string_view text) {
  auto parsed = parse_url(text);
  EXPECT_TRUE(std::holds_alternative<Url>(parsed)) << text;
  return std::get<Url>(parsed);
}

std::string problem(const ParsedUrl& parsed) {
  const auto* problem = std::get_if<UrlProblem>(&parsed);
  return problem ? problem->message : "";
}

TEST(Url, is_normalised) {
  const struct {
    const char* text;
    const char* normal;
    const char* host;
    int port;
  } rows[] = {
      {"http://example.com", "http://example.com/", "example.com", 80},
      {"HTTPS://Example.COM./a?b#c", "https://example.com/a?b", "example.com", 443},
      {"https://example.com:8443/x", "https://example.com:8443/x", "example.com", 8443},
      {"http://例え.jp/パス?q=ü", "http://xn--r8jz45g.jp/%e3%83%91%e3%82%b9?q=%c3%bc", "xn--r8jz45g.jp", 80},
      {"http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://２１３０７０６４３３/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://127。0。0。1/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://%31%32%37.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://127.0.0.1.:81/", "http://127.0.0.1:81/", "127.0.0.1", 81},
      {"http://0x7f000001.", "http://127.0.0.1/", "127.0.0.1", 80},
      {"http://[::FFFF:7f00:1]/", "http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", 80},
      {"http://ⓛocalhost/", "http://localhost/", "localhost", 80},
      {"http://h/a/../b", "http://h/b", "h", 80},
      {"http://h?q", "http://h/?q", "h", 80},
      {"http://h/@", "http://h/@", "h", 80},
  };
  for (const auto& [text, normal, host, port] : rows) {
    const auto parsed = url(text);
    EXPECT_EQ(parsed.text, normal);
    EXPECT_EQ(parsed.host.ascii, host);
    EXPECT_EQ(parsed.port, port);
    EXPECT_EQ(parsed.tls, parsed.text.starts_with("https"));
  }
}

// A second parser with no relation to the first must see the same host and port in what is requested.
TEST(Url, another_parser_reads_the_normalised_form_alike) {
  for (const char* text : {"http://example.com", "https://Example.com:8443/a?b=c&d", "http://0x7f.1:90/x",
                           "http://[::ffff:7f00:1]:80/", "http://例え.jp/パス?q=ü",
                           "http://h/a%2fb//c?x=@y:z", "http://h/%00", "http://h?a@b", "http://h#@evil"}) {
    const auto ours = url(text);
    const auto other = boost::urls::parse_uri(ours.text);
    ASSERT_TRUE(other.has_value()) << ours.text;
    EXPECT_EQ(other->host(), ours.host.in_url()) << ours.text;
    if (other->has_port()) EXPECT_EQ(other->port_number(), ours.port) << ours.text;
  }
}

TEST(Url, a_zone_is_kept_for_the_guard_to_refuse) {
  const auto zoned = url("http://[fe80::1%25eth0]/");
  EXPECT_TRUE(AddressGuard().refusal(*zoned.host.address));
  EXPECT_TRUE(AddressGuard().refusal(*url("http://[2606:4700::1%25eth0]/").host.address));
}

TEST(Url, refuses_other_schemes) {
  for (const char* text : {"file:///etc/passwd", "FILE:///etc/passwd", "ftp://h/", "dict://h:11211/",
                           "gopher://h/", "javascript:alert(1)", "ws://h/", "httpx://h/", "example.com",
                           "//h/", "/path", "http:h", "http:/h/", "https:/h", "data:,x", "unix:///run/x"}) {
    const auto parsed = parse_url(text);
    const auto* problem = std::get_if<UrlProblem>(&parsed);
    ASSERT_TRUE(problem) << text;
    EXPECT_EQ(problem->kind, UrlProblem::Kind::other_scheme) << text;
  }
}

TEST(Url, refuses_what_could_be_read_in_two_ways) {
  const std::string too_long = "http://h/" + std::string(kLongestUrl, 'a');
  const std::string rows[] = {"",
                              " http://h/",
                              "http://h/ ",
                              "\thttp://h/",
                              "http://h/\r\nX: y",
                              std::string("http://h/\0", 10),
                              "http://good.example\\@evil.example/",
                              "http://h/a\\b",
                              "http://user@h/",
                              "http://user:password@h/",
                              "http://127.0.0.1@example.com/",
                              "http://:@h/",
                              "http:///h/",
                              "http://",
                              "http:///",
                              "http://?q",
                              "http://h:0/",
                              "http://h:65536/",
                              "http://h:8x/",
                              "http://h:-1/",
                              "http://[::1/",
                              "http://[::g]/",
                              "http://a..b/",
                              "http://1.2.3.4.5/",
                              "http://256.256.256.256/",
                              "http://localhost%00.example.com/",
                              "http://a%2fb/",
                              too_long};
  for (const auto& text : rows) EXPECT_NE(problem(parse_url(text)), "") << text;
}

TEST(Url, a_location_is_read_relative_to_where_it_was_found) {
  const auto base = url("http://example.com:8080/a/b?c");
  const struct {
    const char* location;
    const char* leads_to;
  } rows[] = {
      {"/x", "http://example.com:8080/x"},
      {"x", "http://example.com:8080/a/x"},
      {"../x", "http://example.com:8080/x"},
      {"?y", "http://example.com:8080/a/b?y"},
      {"//other.example/x", "http://other.example/x"},
      {"https://other.example", "https://other.example/"},
      {"HTTPS://Other.example:444/#frag", "https://other.example:444/"},
      {"https://user:secret@other.example/", "https://other.example/"},
      {"/with space", "http://example.com:8080/with%20space"},
      {"/ü", "http://example.com:8080/%c3%bc"},
      {"http://2130706433/", "http://127.0.0.1/"},
      {"http://good.example\\@evil.example/", "http://evil.example/"},
  };
  for (const auto& [location, leads_to] : rows) {
    const auto next = follow(base, location);
    ASSERT_TRUE(std::holds_alternative<Url>(next)) << location << ": " << problem(next);
    EXPECT_EQ(std::get<Url>(next).text, leads_to);
  }
}

TEST(Url, a_location_that_leads_nowhere_says_why) {
  const auto base = url("http://example.com/");
  EXPECT_EQ(problem(follow(base, "")), "is empty");
  EXPECT_EQ(problem(follow(base, "/\x01")), "contains control characters");
  EXPECT_EQ(problem(follow(base, "/" + std::string(9000, 'a'))), "is longer than 8192 characters");
  EXPECT_NE(problem(follow(base, "http://a..b/")), "");
  EXPECT_NE(problem(follow(base, "http://h:99999/")), "");
  for (const char* other :
       {"file:///etc/passwd", "gopher://h/", "ftp://h/", "javascript:alert(1)", "myapp://open"}) {
    const auto next = follow(base, other);
    ASSERT_TRUE(std::holds_alternative<UrlProblem>(next)) << other;
    EXPECT_EQ(std::get<UrlProblem>(next).kind, UrlProblem::Kind::other_scheme) << other;
  }
}

TEST(Url, origins_are_scheme_host_and_port) {
  EXPECT_TRUE(same_origin(url("http://a/x"), url("http://A:80/y?z")));
  EXPECT_FALSE(same_origin(url("http://a/"), url("https://a/")));
  EXPECT_FALSE(same_origin(url("http://a/"), url("http://a:81/")));
  EXPECT_FALSE(same_origin(url("http://a/"), url("http://b/")));
}

}  // namespace
}  // namespace watchbill::probe
