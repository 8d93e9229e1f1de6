// Where probes may not go, by whatever way they are sent there: nothing is connected to, and the answer does
// not tell what is behind.
#include "probe/target.h"

#include <fmt/format.h>

#include "probe/testing/full_port.h"
#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using domain::Cause;
using domain::Phase;
using domain::Verdict;
using nlohmann::json;
using namespace testing;

class GuardedTargetTest : public ProbeFixture {
 protected:
  // A server on an address that is not allowed.
  GuardedTargetTest() { options_.allowed.clear(); }

  void expect_blocked(const domain::Finding& finding, const std::string& what) {
    EXPECT_EQ(finding.cause, Cause::blocked) << what << ": " << finding.detail;
    EXPECT_EQ(finding.verdict, Verdict::unknown) << what;
    EXPECT_EQ(finding.address, "") << what;
    EXPECT_FALSE(finding.times.connect || finding.http_status) << what;
  }

  ScriptedServer server_{reactor_, respond("200 OK", "canary")};
};

TEST_F(GuardedTargetTest, no_notation_of_the_address_gets_through) {
  for (const char* host : {"127.0.0.1",
                           "127.1",
                           "127.0.1",
                           "2130706433",
                           "0x7f000001",
                           "0x7f.1",
                           "0177.0.0.1",
                           "017700000001",
                           "127.0.0.1.",
                           "0x7f000001.",
                           "１２７.０.０.１",
                           "127。0。0。1",
                           "%31%32%37.0.0.1",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::127.0.0.1]",
                           "[::1]",
                           "[::1%25lo]",
                           "[64:ff9b::127.0.0.1]",
                           "[64:ff9b:1::7f00:1]",
                           "[2002:7f00:1::]",
                           "[2001:0:7f00:1::]",
                           "0",
                           "0.0.0.0",
                           "[::]",
                           "localhost",
                           "LOCALHOST.",
                           "ⓛocalhost"}) {
    dns_.set("localhost", {.addresses = {"127.0.0.1"}});
    const auto url = fmt::format("http://{}:{}/", host, server_.port());
    expect_blocked(get(url), url);
    json config = {{"url", url}};
    const auto errors = check("http", config);
    ASSERT_EQ(errors.size(), 1u) << url;
    EXPECT_EQ(errors[0].code, "target_not_allowed") << url << ' ' << errors[0].message;
    EXPECT_EQ(errors[0].path, "/url");
  }
  EXPECT_EQ(server_.connections(), 0u);
}

TEST_F(GuardedTargetTest, tcp_is_guarded_alike) {
  dns_.set("inside.test", {.addresses = {"127.0.0.1"}});
  for (const char* host :
       {"127.0.0.1", "2130706433", "0x7f.1", "::1", "[::1]", "::ffff:127.0.0.1", "inside.test"}) {
    expect_blocked(connect(host, server_.port()), host);
    json config = {{"host", host}, {"port", server_.port()}};
    const auto errors = check("tcp", config);
    ASSERT_EQ(errors.size(), 1u) << host;
    EXPECT_EQ(errors[0].code, "target_not_allowed") << host;
    EXPECT_EQ(errors[0].path, "/host");
  }
  EXPECT_EQ(server_.connections(), 0u);
}

TEST_F(GuardedTargetTest, an_open_and_a_closed_port_look_alike) {
  const auto open = connect("127.0.0.1", server_.port());
  const auto closed = connect("127.0.0.1", closed_port(reactor_));
  EXPECT_EQ(open.cause, closed.cause);
  EXPECT_EQ(open.phase, closed.phase);
  EXPECT_EQ(open.detail, closed.detail);
  EXPECT_EQ(open.detail, "the target's address is not allowed (loopback)");
  EXPECT_FALSE(open.times.connect || closed.times.connect);
}

TEST_F(GuardedTargetTest, one_refused_address_in_the_answer_is_enough) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
  dns_.set("mixed.test", {.addresses = {"127.0.0.1", "10.0.0.1"}});
  const auto url = fmt::format("http://mixed.test:{}/", server_.port());
  expect_blocked(get(url), url);
  json config = {{"url", url}};
  EXPECT_EQ(check("http", config).at(0).code, "target_not_allowed");
  EXPECT_EQ(server_.connections(), 0u);
}

TEST_F(GuardedTargetTest, a_blocked_name_does_not_tell_its_addresses) {
  dns_.set("inside.test", {.addresses = {"10.11.12.13"}});
  const auto finding = get("http://inside.test/");
  EXPECT_EQ(finding.detail, "the target's address is not allowed (private network)");
}

TEST_F(GuardedTargetTest, a_name_that_changes_its_mind_after_being_saved_is_blocked_when_checked) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
  dns_.set("rebind.test", {.addresses = {"127.0.0.1"}, .ttl = 0});
  json config = {{"url", fmt::format("http://rebind.test:{}/", server_.port())}};
  EXPECT_TRUE(check("http", config).empty());
  EXPECT_EQ(probe("http", config).cause, Cause::ok);
  dns_.set("rebind.test", {.addresses = {"127.0.0.2"}, .ttl = 0});
  expect_blocked(probe("http", config), "rebind");
  EXPECT_EQ(server_.connections(), 1u);
}

TEST_F(GuardedTargetTest, the_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_once) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.0/8").value());
  dns_.set("once.test", {.addresses = {"127.0.0.1"}, .ttl = 0});
  const auto finding = get(fmt::format("http://once.test:{}/", server_.port()));
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
  EXPECT_EQ(finding.address, "127.0.0.1");
  EXPECT_EQ(dns_.asked("once.test"), 1);
  EXPECT_TRUE(finding.times.resolve);
  EXPECT_NE(server_.requests().at(0).find("\r\nHost: once.test:"), std::string::npos);
}

TEST_F(GuardedTargetTest, redirects_are_guarded_hop_by_hop) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
  dns_.set("inside.test", {.addresses = {"127.0.0.2"}});
  for (const std::string location :
       {"http://127.0.0.2/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
        "http://0x7f000002/", "//127.2/", "http://[::1]/", "http://[::ffff:127.0.0.2]/",
        "http://inside.test/", "https://100.100.100.200/"}) {
    ScriptedServer outside(reactor_, redirect_to(location));
    const auto finding = get(outside.url());
    EXPECT_EQ(finding.cause, Cause::blocked) << location << ": " << finding.detail;
    EXPECT_EQ(finding.verdict, Verdict::unknown);
    EXPECT_EQ(finding.redirects.size(), 1u) << location;
  }
  for (const std::string location : {"file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://127.0.0.1/",
                                     "dict://127.0.0.1/", "javascript:alert(1)"}) {
    ScriptedServer outside(reactor_, redirect_to(location));
    const auto finding = get(outside.url());
    EXPECT_EQ(finding.cause, Cause::blocked) << location << ": " << finding.detail;
    EXPECT_EQ(finding.detail, "redirected to " + location + ", which is not HTTP");
  }
}

TEST_F(GuardedTargetTest, names_that_cannot_be_resolved_now_can_be_saved) {
  dns_.set("broken.test", {.rcode = DnsZone::Rcode::server_failure});
  for (const char* url : {"http://missing.test/", "http://broken.test/"}) {
    json config = {{"url", url}};
    EXPECT_TRUE(check("http", config).empty()) << url;
  }
}

TEST_F(GuardedTargetTest, what_the_name_servers_say_decides_between_down_and_unknown) {
  dns_.set("broken.test", {.rcode = DnsZone::Rcode::server_failure});
  dns_.set("silent.test", {.silent = true});
  const auto missing = get("http://missing.test/");
  EXPECT_EQ(missing.cause, Cause::name_not_found);
  EXPECT_EQ(missing.verdict, Verdict::down);
  EXPECT_EQ(missing.phase, Phase::resolve);
  EXPECT_EQ(missing.detail, "missing.test does not exist");
  const auto broken = get("http://broken.test/");
  EXPECT_EQ(broken.cause, Cause::resolver_failed);
  EXPECT_EQ(broken.verdict, Verdict::unknown);
  const auto silent = get("http://silent.test/", {{"timeoutMs", 200}});
  EXPECT_EQ(silent.cause, Cause::resolver_failed);
  EXPECT_EQ(silent.detail, "no answer from the name servers within 200 ms");
  EXPECT_EQ(connect("missing.test", 80).cause, Cause::name_not_found);
}

TEST_F(GuardedTargetTest, time_that_the_name_servers_took_is_not_the_targets) {
  using namespace std::chrono_literals;
  options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
  ScriptedServer mute(reactor_, {read_request(), hold()});
  FullPort full(reactor_);
  dns_.set("slow.test", {.addresses = {"127.0.0.1"}, .ttl = 0, .delay = 300ms});
  dns_.set("quick.test", {.addresses = {"127.0.0.1"}, .ttl = 0, .delay = 50ms});
  const auto visit = [&](const std::string& host) {
    return get(fmt::format("http://{}:{}/", host, mute.port()), {{"timeoutMs", 400}});
  };
  const auto dial = [&](const std::string& host) {
    return probe("tcp", {{"host", host}, {"port", full.port()}, {"timeoutMs", 400}});
  };
  for (const auto& finding : {visit("slow.test"), dial("slow.test")}) {
    EXPECT_EQ(finding.cause, Cause::resolver_failed) << finding.detail;
    EXPECT_EQ(finding.verdict, Verdict::unknown);
    EXPECT_EQ(finding.phase, Phase::resolve);
    EXPECT_TRUE(finding.detail.starts_with("the name servers took 3")) << finding.detail;
  }
  for (const auto& finding : {visit("quick.test"), dial("quick.test")})
    EXPECT_EQ(finding.cause, Cause::timeout) << finding.detail;
}

TEST_F(GuardedTargetTest, the_next_address_is_tried_when_one_does_not_let_us_in) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.0/8").value());
  dns_.set("several.test", {.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.1"}});
  const auto http = get(fmt::format("http://several.test:{}/", server_.port()));
  EXPECT_EQ(http.cause, Cause::ok) << http.detail;
  EXPECT_EQ(http.address, "127.0.0.1");
  EXPECT_EQ(connect("several.test", server_.port()).address, "127.0.0.1");

  dns_.set("none.test", {.addresses = {"127.0.0.2", "127.0.0.3"}});
  const auto refused = get(fmt::format("http://none.test:{}/", server_.port()));
  EXPECT_EQ(refused.cause, Cause::connection_refused);
  EXPECT_EQ(refused.address, "127.0.0.2") << "the first counts";
}

TEST_F(GuardedTargetTest, ipv6_is_connected_to_where_ipv4_is_not_there) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.1").value());
  options_.allowed.push_back(AddressRange::parse("::1").value());
  std::optional<ScriptedServer> server;
  try {
    server.emplace(reactor_, respond("200 OK"), nullptr, "::1");
  } catch (const boost::system::system_error&) {
    GTEST_SKIP() << "this machine has no IPv6";
  }
  dns_.set("six.test", {.addresses = {"::1"}});
  dns_.set("both.test", {.addresses = {"::1", "127.0.0.1"}});
  for (const char* host : {"[::1]", "six.test", "both.test"}) {
    const auto finding = get(fmt::format("http://{}:{}/", host, server->port()));
    EXPECT_EQ(finding.cause, Cause::ok) << host << ": " << finding.detail;
    EXPECT_EQ(finding.address, "::1") << host;
    EXPECT_NE(server->requests().back().find(fmt::format("\r\nHost: {}:", host)), std::string::npos);
  }
  EXPECT_EQ(connect("::1", server->port()).cause, Cause::ok);
}

TEST_F(GuardedTargetTest, an_address_that_answers_badly_is_not_exchanged_for_another) {
  options_.allowed.push_back(AddressRange::parse("127.0.0.0/8").value());
  ScriptedServer broken(reactor_, {read_request(), break_off()});
  dns_.set("several.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  EXPECT_EQ(get(fmt::format("http://several.test:{}/", broken.port())).cause, Cause::connection_reset);
  EXPECT_EQ(broken.connections(), 1u);
}

TEST(SeveralAddresses, the_first_failure_stands_unless_a_later_one_says_more) {
  const Failure refused{Cause::connection_refused, Phase::connect, ""};
  const Failure no_route{Cause::out_of_resources, Phase::connect, ""};
  const Failure reset{Cause::connection_reset, Phase::first_byte, ""};
  EXPECT_FALSE(says_more(no_route, refused));
  EXPECT_FALSE(says_more(refused, refused));
  EXPECT_TRUE(says_more(refused, no_route));
  EXPECT_TRUE(says_more(reset, refused));
  EXPECT_TRUE(says_more(std::nullopt, refused));
}

TEST(ConnectShare, leaves_time_for_the_addresses_that_follow) {
  using std::chrono::milliseconds;
  EXPECT_EQ(connect_share(milliseconds(10000), milliseconds(10000), 2), milliseconds(5000));
  EXPECT_EQ(connect_share(milliseconds(1000), milliseconds(10000), 2), milliseconds(1000));
  EXPECT_EQ(connect_share(milliseconds(10000), milliseconds(4000), 1), milliseconds(4000));
}

}  // namespace
}  // namespace watchbill::probe
