#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using domain::Cause;
using domain::Phase;
using nlohmann::json;
using namespace testing;

using HttpRedirectTest = ProbeFixture;

// What a server that was redirected to says; the request was read already.
Script rest_of(Script script) {
  script.erase(script.begin());
  return script;
}

std::size_t count_of(const std::string& text, const std::string& word) {
  return text.find(word) == text.npos ? 0 : 1;
}

TEST_F(HttpRedirectTest, are_followed_and_the_chain_recorded) {
  ScriptedServer last(reactor_, respond("200 OK", "here"));
  ScriptedServer first(reactor_, redirect_to("/a"));
  first.on("/a", rest_of(redirect_to("b?x=1", "301 Moved")));
  first.on("/b?x=1", rest_of(redirect_to(last.url("/end#frag"), "308 Moved")));
  const auto finding = get(first.url(), {{"keyword", {{"text", "here"}}}});
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
  EXPECT_EQ(finding.redirects,
            (std::vector<std::string>{first.url("/a"), first.url("/b?x=1"), last.url("/end")}));
  EXPECT_EQ(finding.http_status, 200);
}

TEST_F(HttpRedirectTest, are_an_answer_like_another_when_not_followed) {
  ScriptedServer server(reactor_, redirect_to("/a"));
  const auto finding = get(server.url(), {{"followRedirects", false}});
  EXPECT_EQ(finding.cause, Cause::status_unexpected);
  EXPECT_EQ(finding.detail, "status 302, expected 200-299");
  EXPECT_EQ(get(server.url(), {{"followRedirects", false}, {"expectedStatus", {"302"}}}).cause, Cause::ok);
  EXPECT_EQ(server.connections(), 2u);
}

TEST_F(HttpRedirectTest, are_limited) {
  ScriptedServer server(reactor_, redirect_to("/again"));
  const auto finding = get(server.url(), {{"maxRedirects", 3}});
  EXPECT_EQ(finding.cause, Cause::too_many_redirects);
  EXPECT_EQ(finding.detail, "more than 3 redirects, the next to /again");
  EXPECT_EQ(server.connections(), 4u);
}

TEST_F(HttpRedirectTest, that_lead_nowhere_are_invalid) {
  for (const std::string location : {"", "http://", "http://a..b/", "http://127.0.0.1:99999/", "/\x01"}) {
    ScriptedServer server(reactor_, redirect_to(location));
    const auto finding = get(server.url());
    EXPECT_EQ(finding.cause, Cause::redirect_invalid) << location << ": " << finding.detail;
    EXPECT_EQ(finding.http_status, 302);
  }
  ScriptedServer without(reactor_, respond("301 Moved"));
  EXPECT_EQ(get(without.url()).cause, Cause::redirect_invalid);
  ScriptedServer not_modified(reactor_, answer("HTTP/1.1 304 Not Modified\r\n\r\n"));
  EXPECT_EQ(get(not_modified.url()).cause, Cause::status_unexpected) << "no redirect";
}

TEST_F(HttpRedirectTest, change_the_method_as_browsers_do) {
  const struct {
    const char* status;
    const char* method;
    const char* then;
    bool body;
  } rows[] = {
      {"301 Moved", "POST", "GET", false},     {"302 Found", "POST", "GET", false},
      {"303 See Other", "POST", "GET", false}, {"303 See Other", "PUT", "GET", false},
      {"302 Found", "PUT", "PUT", true},       {"307 Temporary", "POST", "POST", true},
      {"308 Permanent", "POST", "POST", true}, {"303 See Other", "HEAD", "HEAD", false},
  };
  for (const auto& row : rows) {
    ScriptedServer server(reactor_, redirect_to("/next", row.status));
    server.on("/next", {say("HTTP/1.1 204 No Content\r\n\r\n")});
    json config = {{"method", row.method}};
    if (config["method"] != "HEAD") config["body"] = "payload";
    EXPECT_EQ(get(server.url(), config).cause, Cause::ok);
    const auto& second = server.requests().at(1);
    EXPECT_TRUE(second.starts_with(std::string(row.then) + " /next")) << row.status << ' ' << second;
    EXPECT_EQ(count_of(second, "payload"), row.body ? 1u : 0u) << row.status << ' ' << second;
  }
}

TEST_F(HttpRedirectTest, take_no_secrets_to_another_origin_nor_back) {
  ScriptedServer origin(reactor_, respond("200 OK"));
  ScriptedServer other(reactor_, redirect_to(origin.url("/back")));
  origin.on("/start", rest_of(redirect_to("/same")));
  origin.on("/same", rest_of(redirect_to(other.url("/"))));
  get(origin.url("/start"), {{"headers",
                              {{{"name", "Authorization"}, {"value", "canary"}},
                               {{"name", "Cookie"}, {"value", "canary"}},
                               {{"name", "X-Api-Key"}, {"value", "canary"}},
                               {{"name", "Accept-Language"}, {"value", "harmless"}}}}});
  ASSERT_EQ(origin.requests().size(), 3u);
  EXPECT_EQ(count_of(origin.requests()[0], "canary"), 1u);
  EXPECT_EQ(count_of(origin.requests()[1], "canary"), 1u) << "the same origin gets them";
  EXPECT_EQ(count_of(other.requests().at(0), "canary"), 0u);
  EXPECT_EQ(count_of(other.requests().at(0), "harmless"), 1u);
  EXPECT_EQ(count_of(origin.requests()[2], "canary"), 0u) << "sent by somebody else";
}

TEST_F(HttpRedirectTest, a_user_name_in_the_location_is_dropped) {
  ScriptedServer server(reactor_, respond("200 OK"));
  server.on("/start",
            rest_of(redirect_to("http://user:canary@127.0.0.1:" + std::to_string(server.port()) + "/end")));
  const auto finding = get(server.url("/start"));
  EXPECT_EQ(finding.cause, Cause::ok);
  EXPECT_EQ(finding.redirects, std::vector<std::string>{server.url("/end")});
  EXPECT_EQ(count_of(server.requests().at(1), "Authorization"), 0u);
}

TEST_F(HttpRedirectTest, sum_the_times_of_the_hops) {
  using namespace std::chrono_literals;
  ScriptedServer server(reactor_,
                        {read_request(), pause(), say("HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n")});
  server.on("/next", {pause(), say("HTTP/1.1 302 Found\r\nLocation: /last\r\n\r\n")});
  server.on("/last", rest_of(respond("200 OK")));
  const auto finding = get(server.url());
  ASSERT_TRUE(finding.times.connect && finding.times.first_byte);
  EXPECT_GE(*finding.times.first_byte, 120ms);
  EXPECT_GE(finding.times.total, *finding.times.connect + *finding.times.first_byte);
}

TEST_F(HttpRedirectTest, the_body_of_a_redirect_is_not_what_the_keyword_is_looked_for_in) {
  ScriptedServer server(reactor_, respond("302 Found", "magic", "Location: /next\r\n"));
  server.on("/next", rest_of(respond("200 OK", "nothing")));
  EXPECT_EQ(get(server.url(), {{"keyword", {{"text", "magic"}}}}).cause, Cause::keyword_missing);
}

}  // namespace
}  // namespace watchbill::probe
