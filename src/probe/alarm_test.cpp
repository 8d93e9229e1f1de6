// A machine that did not run has not seen what its targets did.
#include "probe/alarm.h"

#include <thread>

#include "probe/testing/full_port.h"
#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using domain::Cause;
using domain::Verdict;
using nlohmann::json;
using namespace testing;

class HeldUpTest : public ProbeFixture {
 protected:
  // The finding of a check during which, from `moment` on, the reactor stands still for `nap`.
  domain::Finding probe_with_nap(const std::string& kind, json config, const std::function<bool()>& moment,
                                 std::chrono::milliseconds nap) {
    start();
    std::optional<domain::Finding> finding;
    base::TaskGroup checks(reactor_.executor());
    checks.spawn("check", probe_into(*probes_, kind, std::move(config), finding));
    reactor_.run_until(moment);
    std::this_thread::sleep_for(nap);  // is what is tested: nothing runs
    reactor_.run(checks.join());
    return *finding;
  }

 private:
  static base::Task<> probe_into(Probes& probes, std::string kind, json config,
                                 std::optional<domain::Finding>& finding) {
    finding = co_await probes.probe(std::move(kind), std::move(config));
  }
};

TEST_F(HeldUpTest, a_limit_that_passed_meanwhile_is_not_the_targets_fault) {
  ScriptedServer server(reactor_, {read_request(), hold()});
  const auto finding = probe_with_nap(
      "http", {{"url", server.url()}, {"timeoutMs", 300}}, [&] { return server.requests().size() == 1; },
      1000ms);
  EXPECT_EQ(finding.cause, Cause::interrupted) << finding.detail;
  EXPECT_EQ(finding.verdict, Verdict::unknown);
  EXPECT_TRUE(finding.detail.starts_with("this machine was held up for ")) << finding.detail;
}

TEST_F(HeldUpTest, a_nap_that_ended_before_the_limit_counts_too) {
  ScriptedServer server(reactor_, {read_request(), hold()});
  const auto finding = probe_with_nap(
      "http", {{"url", server.url()}, {"timeoutMs", 2000}}, [&] { return server.requests().size() == 1; },
      1800ms);
  EXPECT_EQ(finding.cause, Cause::interrupted) << finding.detail;
}

TEST_F(HeldUpTest, an_answer_that_came_meanwhile_counts) {
  ScriptedServer server(reactor_, respond("200 OK"));
  const auto finding = probe_with_nap(
      "http", {{"url", server.url()}, {"timeoutMs", 300}}, [&] { return server.requests().size() == 1; },
      1000ms);
  EXPECT_EQ(finding.cause, Cause::ok) << finding.detail;
}

TEST_F(HeldUpTest, connecting_is_judged_alike) {
  FullPort full(reactor_);
  const json config = {{"host", "127.0.0.1"}, {"port", full.port()}, {"timeoutMs", 300}};
  const auto connecting = [&] { return reactor_.run_ready(), true; };
  const auto finding = probe_with_nap("tcp", config, connecting, 1000ms);
  EXPECT_EQ(finding.cause, Cause::interrupted) << finding.detail;
  EXPECT_EQ(finding.verdict, Verdict::unknown);
}

}  // namespace
}  // namespace watchbill::probe
