// What an ordinary target can answer, and what becomes of it. Hostile targets, redirects, TLS and the address
// guard have files of their own.
#include "probe/http_probe.h"

#include <zlib.h>

#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using domain::Cause;
using domain::Phase;
using domain::Verdict;
using nlohmann::json;
using namespace testing;

class HttpProbeTest : public ProbeFixture {
 protected:
  domain::Finding get_from(Script script, json more = json::object()) {
    ScriptedServer server(reactor_, std::move(script));
    auto finding = get(server.url(), std::move(more));
    requests_ = server.requests();
    return finding;
  }
  const std::string& request() const { return requests_.at(0); }

  std::vector<std::string> requests_;
};

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(HttpProbeTest, an_expected_status_is_up) {
  const auto finding = get_from(respond("200 OK", "hello"));
  EXPECT_EQ(finding.verdict, Verdict::up);
  EXPECT_EQ(finding.cause, Cause::ok);
  EXPECT_EQ(finding.phase, Phase::none);
  EXPECT_EQ(finding.http_status, 200);
  EXPECT_EQ(finding.address, "127.0.0.1");
  EXPECT_EQ(finding.detail, "");
  EXPECT_TRUE(finding.redirects.empty());
  EXPECT_FALSE(finding.certificate_days_left);
}

TEST_F(HttpProbeTest, the_times_of_the_phases_are_measured) {
  const auto times = get_from(respond("200 OK")).times;
  EXPECT_FALSE(times.resolve) << "nothing to resolve";
  EXPECT_FALSE(times.tls);
  ASSERT_TRUE(times.connect && times.first_byte);
  EXPECT_GT(times.first_byte->count(), 0);
  EXPECT_GE(times.total, *times.connect + *times.first_byte);
}

TEST_F(HttpProbeTest, each_cause_has_its_answer) {
  const struct {
    const char* what;
    Script script;
    json config;
    Cause cause;
    Phase phase;
    const char* detail;
  } rows[] = {
      {"another status",
       respond("503 Unavailable"),
       {},
       Cause::status_unexpected,
       Phase::assertion,
       "status 503, expected 200-299"},
      {"status wanted otherwise",
       respond("200 OK"),
       {{"expectedStatus", {"404", "500-502"}}},
       Cause::status_unexpected,
       Phase::assertion,
       "status 200, expected 404, 500-502"},
      {"404 wanted", respond("404 Not Found"), {{"expectedStatus", {"404"}}}, Cause::ok, Phase::none, ""},
      {"keyword there",
       respond("200 OK", "all systems go"),
       {{"keyword", {{"text", "systems"}}}},
       Cause::ok,
       Phase::none,
       ""},
      {"keyword missing",
       respond("200 OK", "bye"),
       {{"keyword", {{"text", "hello"}}}},
       Cause::keyword_missing,
       Phase::assertion,
       "the keyword \"hello\" is not in the answer"},
      {"keyword unwanted",
       respond("200 OK", "fatal error"),
       {{"keyword", {{"text", "error"}, {"expect", "absent"}}}},
       Cause::keyword_present,
       Phase::assertion,
       "the keyword \"error\" is in the answer"},
      {"pattern there",
       respond("200 OK", "v1.22"),
       {{"pattern", {{"regex", "v\\d+\\.\\d+"}}}},
       Cause::ok,
       Phase::none,
       ""},
      {"pattern missing",
       respond("200 OK", "vX"),
       {{"pattern", {{"regex", "v\\d+"}}}},
       Cause::pattern_missing,
       Phase::assertion,
       "the pattern \"v\\d+\" is not in the answer"},
      {"pattern unwanted",
       respond("200 OK", "v12"),
       {{"pattern", {{"regex", "v\\d+"}, {"expect", "absent"}}}},
       Cause::pattern_present,
       Phase::assertion,
       "the pattern \"v\\d+\" is in the answer"},
      {"keyword in a chunked answer",
       answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
       {{"keyword", {{"text", "hello"}}}},
       Cause::ok,
       Phase::none,
       ""},
      {"closing ends the body",
       answer("HTTP/1.0 200 OK\r\n\r\nhello"),
       {{"keyword", {{"text", "hello"}}}},
       Cause::ok,
       Phase::none,
       ""},
      {"interim answers",
       answer("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
       {},
       Cause::ok,
       Phase::none,
       ""},
      {"closed without an answer",
       {read_request()},
       {},
       Cause::connection_reset,
       Phase::first_byte,
       "the connection was closed without an answer"},
      {"reset without an answer",
       {read_request(), break_off()},
       {},
       Cause::connection_reset,
       Phase::first_byte,
       "the connection was reset"},
      {"closed within the body",
       answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
       {},
       Cause::connection_reset,
       Phase::body,
       "the connection was closed before the answer was complete"},
      {"closed within a chunk",
       answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
       {},
       Cause::connection_reset,
       Phase::body,
       "the connection was closed before the answer was complete"},
      {"not HTTP",
       answer("220 mail.example ESMTP\r\n"),
       {},
       Cause::bad_response,
       Phase::body,
       "the answer is not valid HTTP: Received HTTP/0.9 when not allowed"},
      {"broken chunks",
       answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
       {},
       Cause::bad_response,
       Phase::body,
       "the answer's chunked framing is broken"},
  };
  for (const auto& row : rows) {
    const auto finding = get_from(row.script, row.config.is_null() ? json::object() : row.config);
    EXPECT_EQ(finding.cause, row.cause) << row.what << ": " << to_string(finding.cause);
    EXPECT_EQ(finding.phase, row.phase) << row.what << ": " << to_string(finding.phase);
    EXPECT_EQ(finding.detail, row.detail) << row.what;
    EXPECT_EQ(finding.verdict, domain::verdict_of(row.cause)) << row.what;
  }
}

TEST_F(HttpProbeTest, a_closed_port_refuses) {
  const auto port = closed_port(reactor_);
  const auto finding = get("http://127.0.0.1:" + std::to_string(port) + "/");
  EXPECT_EQ(finding.cause, Cause::connection_refused);
  EXPECT_EQ(finding.phase, Phase::connect);
  EXPECT_EQ(finding.detail, "127.0.0.1 refused the connection");
  EXPECT_FALSE(finding.times.connect || finding.http_status);
}

TEST_F(HttpProbeTest, the_request_is_what_was_configured_and_nothing_else) {
  get_from(respond("200 OK"),
           {{"method", "PUT"},
            {"headers", {{{"name", "X-Token"}, {"value", "s3cret"}}, {{"name", "X-Empty"}, {"value", ""}}}},
            {"body", "{\"a\":1}"}});
  EXPECT_TRUE(request().starts_with("PUT / HTTP/1.1\r\nHost: 127.0.0.1:")) << request();
  EXPECT_TRUE(request().ends_with("\r\n\r\n{\"a\":1}")) << request();
  for (const char* line : {"\r\nUser-Agent: watchbill\r\n", "\r\nX-Token: s3cret\r\n", "\r\nX-Empty:\r\n",
                           "\r\nContent-Length: 7\r\n", "\r\nAccept: */*\r\n"})
    EXPECT_NE(request().find(line), std::string::npos) << line << request();
  EXPECT_EQ(std::count(request().begin(), request().end(), '\n'), 8) << request();
}

TEST_F(HttpProbeTest, each_method_is_sent_as_itself) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(get_from(answer("HTTP/1.1 204 No Content\r\n\r\n"), {{"method", method}}).cause, Cause::ok)
        << method;
    EXPECT_TRUE(request().starts_with(std::string(method) + " / ")) << request();
    EXPECT_EQ(request().find("Transfer-Encoding"), std::string::npos) << request();
  }
  EXPECT_EQ(get_from(answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), {{"method", "HEAD"}}).cause,
            Cause::ok);
}

TEST_F(HttpProbeTest, an_own_user_agent_and_content_type_win) {
  get_from(
      respond("200 OK"),
      {{"method", "POST"},
       {"body", "x"},
       {"headers",
        {{{"name", "user-agent"}, {"value", "mine"}}, {{"name", "content-type"}, {"value", "text/plain"}}}}});
  EXPECT_NE(request().find("\r\nuser-agent: mine\r\n"), std::string::npos) << request();
  EXPECT_NE(request().find("\r\ncontent-type: text/plain\r\n"), std::string::npos) << request();
  EXPECT_EQ(request().find("watchbill"), std::string::npos);
}

TEST_F(HttpProbeTest, a_keyword_is_found_in_a_compressed_answer) {
  const auto script = respond("200 OK", gzip("all systems go"), "Content-Encoding: gzip\r\n");
  EXPECT_EQ(get_from(script, {{"keyword", {{"text", "systems"}}}}).cause, Cause::ok);
  EXPECT_NE(request().find("\r\nAccept-Encoding: gzip, deflate, br\r\n"), std::string::npos) << request();
}

TEST_F(HttpProbeTest, a_broken_encoding_matters_only_to_who_reads_the_body) {
  const auto script = respond("200 OK", "not gzip", "Content-Encoding: gzip\r\n");
  EXPECT_EQ(get_from(script).cause, Cause::ok);
  EXPECT_EQ(get_from(script, {{"keyword", {{"text", "x"}}}}).cause, Cause::bad_response);
}

TEST_F(HttpProbeTest, a_long_body_that_nobody_reads_is_left_alone) {
  const auto finding =
      get_from({read_request(), say("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
                flood(std::string(16384, 'x'))});
  EXPECT_EQ(finding.cause, Cause::ok);
}

TEST_F(HttpProbeTest, nothing_of_the_environment_is_used) {
  ScriptedServer trap(reactor_, respond("200 OK"));
  const auto proxy = "http://127.0.0.1:" + std::to_string(trap.port());
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"})
    setenv(name, proxy.c_str(), 1);
  EXPECT_EQ(get_from(respond("204 No Content")).http_status, 204);
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"})
    unsetenv(name);
  EXPECT_EQ(trap.connections(), 0u);
}

TEST_F(HttpProbeTest, every_check_has_a_connection_of_its_own_and_brings_no_cookie_back) {
  ScriptedServer server(
      reactor_, {read_request(), say("HTTP/1.1 200 OK\r\nSet-Cookie: canary=1\r\nContent-Length: 0\r\n\r\n"),
                 read_request()});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(server.url()).cause, Cause::ok);
  EXPECT_EQ(server.connections(), 3u);
  for (const auto& sent : server.requests()) EXPECT_EQ(sent.find("canary"), std::string::npos);
  reactor_.run_until([&] { return server.open() == 0; });
}

TEST_F(HttpProbeTest, one_users_headers_do_not_stay_for_the_next) {
  ScriptedServer server(reactor_, respond("200 OK"));
  get(server.url(), {{"method", "POST"},
                     {"body", "canary"},
                     {"headers", {{{"name", "Authorization"}, {"value", "canary"}}}}});
  get(server.url());
  EXPECT_NE(server.requests().at(0).find("canary"), std::string::npos);
  EXPECT_EQ(server.requests().at(1).find("canary"), std::string::npos);
  EXPECT_TRUE(server.requests().at(1).starts_with("GET "));
}

TEST_F(HttpProbeTest, text_of_the_target_is_cut_and_made_printable) {
  const auto script = redirect_to("/\xff\x1b" + std::string(5000, 'x'));
  const auto finding = get_from(script, {{"maxRedirects", 0}});
  EXPECT_LE(finding.detail.size(), domain::Finding::kLongestDetail);
  EXPECT_EQ(finding.detail.find_first_of("\xff\x1b"), std::string::npos) << finding.detail;
}

}  // namespace
}  // namespace watchbill::probe
