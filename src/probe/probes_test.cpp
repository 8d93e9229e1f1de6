#include "probe/probes.h"

#include "probe/schema.h"
#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using domain::Cause;
using nlohmann::json;
using namespace testing;

using ProbesTest = ProbeFixture;

TEST_F(ProbesTest, describe_every_kind_by_its_schema_and_defaults) {
  start();
  const auto kinds = probes_->describe();
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[0]["kind"], "http");
  EXPECT_EQ(kinds[1]["kind"], "tcp");
  for (const auto& kind : kinds) {
    EXPECT_EQ(kind["schema"]["type"], "object");
    EXPECT_EQ(kind["schema"]["additionalProperties"], false);
    for (const auto& [name, value] : kind["defaults"].items()) {
      json alone = {{name, value}};
      for (const auto& error : apply_schema(kind["schema"], alone)) EXPECT_EQ(error.code, "required") << name;
    }
  }
  EXPECT_EQ(kinds[0]["defaults"]["expectedStatus"], json::array({"200-299"}));
}

TEST_F(ProbesTest, report_all_errors_of_a_configuration_at_once) {
  json config = {
      {"url", "ftp://x/"}, {"headers", {{{"name", "a b"}, {"value", "x\n"}}}}, {"pattern", {{"regex", "("}}}};
  std::vector<std::string> paths;
  for (const auto& error : check("http", config)) paths.push_back(error.path);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"/url", "/headers/0/name", "/headers/0/value", "/pattern/regex"}));
  json wrong = {{"url", 5}, {"timeoutMs", "5"}, {"surprise", 1}};
  EXPECT_EQ(check("http", wrong).size(), 3u);
}

TEST_F(ProbesTest, fill_in_the_defaults_of_what_may_be_saved) {
  json config = {{"url", "http://192.0.43.8/"}};
  EXPECT_TRUE(check("http", config).empty());
  EXPECT_EQ(config["timeoutMs"], 10000);
  EXPECT_EQ(config["method"], "GET");
}

TEST_F(ProbesTest, do_not_know_every_kind) {
  json config = json::object();
  const auto errors = check("ftp", config);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].message, "no such kind of monitor: ftp");
  EXPECT_EQ(probe("ftp", config).cause, Cause::configuration_invalid);
}

TEST_F(ProbesTest, a_configuration_that_was_damaged_is_nobodys_outage) {
  for (const json& config :
       {json(), json(5), json::array(), json::object(), json{{"url", 1}}, json{{"url", "http://a b/"}},
        json{{"url", "http://127.0.0.1/"}, {"timeoutMs", "x"}},
        json{{"url", "http://127.0.0.1/"}, {"headers", {1, 2}}}}) {
    const auto finding = probe("http", config);
    EXPECT_EQ(finding.cause, Cause::configuration_invalid) << config;
    EXPECT_EQ(finding.verdict, domain::Verdict::unknown) << config;
  }
  EXPECT_EQ(probe("tcp", {{"host", "a b"}, {"port", 1}}).cause, Cause::configuration_invalid);
  EXPECT_EQ(probe("tcp", {{"host", "h"}}).cause, Cause::configuration_invalid);
}

TEST_F(ProbesTest, leave_nothing_behind_on_the_reactor) {
  ScriptedServer server(reactor_, respond("200 OK"));
  EXPECT_EQ(get(server.url()).cause, Cause::ok);
  probes_.reset();
  reactor_.run_ready();
}

}  // namespace
}  // namespace watchbill::probe
