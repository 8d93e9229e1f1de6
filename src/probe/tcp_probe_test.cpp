#include "probe/tcp_probe.h"

#include "probe/testing/full_port.h"
#include "probe/testing/probe_fixture.h"
#include "probe/testing/stop.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using domain::Cause;
using domain::Phase;
using nlohmann::json;
using namespace testing;

using TcpProbeTest = ProbeFixture;

TEST_F(TcpProbeTest, an_open_port_is_up) {
  ScriptedServer server(reactor_, {hold()});
  const auto finding = connect("127.0.0.1", server.port());
  EXPECT_EQ(finding.cause, Cause::ok);
  EXPECT_EQ(finding.verdict, domain::Verdict::up);
  EXPECT_EQ(finding.address, "127.0.0.1");
  ASSERT_TRUE(finding.times.connect);
  EXPECT_GE(finding.times.total, *finding.times.connect);
  reactor_.run_until([&] { return server.connections() == 1 && server.open() == 0; });
}

TEST_F(TcpProbeTest, a_name_is_resolved_first) {
  dns_.set("host.test", {.addresses = {"127.0.0.1"}});
  ScriptedServer server(reactor_, {hold()});
  const auto finding = connect("Host.test.", server.port());
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
  EXPECT_TRUE(finding.times.resolve);
}

TEST_F(TcpProbeTest, a_closed_port_is_down) {
  const auto finding = connect("127.0.0.1", closed_port(reactor_));
  EXPECT_EQ(finding.cause, Cause::connection_refused);
  EXPECT_EQ(finding.phase, Phase::connect);
  EXPECT_EQ(finding.detail, "127.0.0.1 refused the connection");
}

TEST_F(TcpProbeTest, a_port_that_never_answers_is_given_up_at_the_deadline) {
  FullPort port(reactor_);
  const auto begun = clock_.monotonic_now();
  const auto finding = probe("tcp", {{"host", "127.0.0.1"}, {"port", port.port()}, {"timeoutMs", 200}});
  EXPECT_EQ(finding.cause, Cause::timeout);
  EXPECT_EQ(finding.detail, "no connection within 200 ms");
  EXPECT_LT(clock_.monotonic_now() - begun, 450ms);

  const auto http = get("http://127.0.0.1:" + std::to_string(port.port()) + "/", {{"timeoutMs", 200}});
  EXPECT_EQ(http.cause, Cause::timeout);
  EXPECT_EQ(http.phase, Phase::connect);
  EXPECT_EQ(http.detail, "no connection within 200 ms");
}

base::Task<> connect_once(Probes& probes, json config, bool& ended) {
  co_await probes.probe("tcp", std::move(config));
  ended = true;
}

TEST_F(TcpProbeTest, can_be_cancelled) {
  FullPort port(reactor_);
  start();
  bool ended = false;
  base::TaskGroup checks(reactor_.executor());
  checks.spawn("check", connect_once(*probes_, {{"host", "127.0.0.1"}, {"port", port.port()}}, ended));
  reactor_.run_ready();
  const auto begun = clock_.monotonic_now();
  reactor_.run(stop(checks));
  EXPECT_FALSE(ended);
  EXPECT_LT(clock_.monotonic_now() - begun, 500ms);
}

TEST_F(TcpProbeTest, a_configuration_is_checked) {
  json good = {{"host", "192.0.43.8"}, {"port", 443}};
  EXPECT_TRUE(check("tcp", good).empty());
  EXPECT_EQ(good["timeoutMs"], 10000);
  const struct {
    json config;
    const char* code;
    const char* path;
  } rows[] = {
      {{{"host", "h"}}, "required", "/port"},
      {{{"host", "h"}, {"port", 0}}, "range", "/port"},
      {{{"host", "h"}, {"port", 65536}}, "range", "/port"},
      {{{"host", "h"}, {"port", "80"}}, "type", "/port"},
      {{{"host", ""}, {"port", 80}}, "range", "/host"},
      {{{"host", "a b"}, {"port", 80}}, "format", "/host"},
      {{{"host", "h:80"}, {"port", 80}}, "format", "/host"},
      {{{"host", "http://h"}, {"port", 80}}, "format", "/host"},
      {{{"host", "10.0.0.1"}, {"port", 80}}, "target_not_allowed", "/host"},
      {{{"host", "h"}, {"port", 80}, {"x", 1}}, "unknown_field", "/x"},
  };
  for (auto row : rows) {
    const auto errors = check("tcp", row.config);
    ASSERT_EQ(errors.size(), 1u) << row.config;
    EXPECT_EQ(errors[0].code, row.code) << row.config;
    EXPECT_EQ(errors[0].path, row.path) << row.config;
  }
}

}  // namespace
}  // namespace watchbill::probe
