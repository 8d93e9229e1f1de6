#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "app/testing/shell.h"

namespace watchbill::app {
namespace {

using testing::HasSubstr;

// Listens and never answers: enough for a TCP monitor.
class Port {
 public:
  std::string number() const { return std::to_string(acceptor_.local_endpoint().port()); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
};

class MonitorCommands : public testing::Test {
 protected:
  MonitorCommands() {
    shell_.environment["PROBE_ALLOW"] = "127.0.0.0/8";
    shell_.run("migrate deploy");
    shell_.run("user add ada@example.org");
  }

  Shell::Result add(const std::string& name) {
    return shell_.run("monitor add ada@example.org --kind tcp --name " + name +
                      " --set host=127.0.0.1 --set port=" + port_.number());
  }

  nlohmann::json monitors() { return shell_.run("monitor list ada@example.org --json").json()["items"]; }

  Port port_;
  Shell shell_;
};

TEST_F(MonitorCommands, AddValidatesAndFillsInDefaults) {
  const auto added = add("Mail");
  EXPECT_EQ(added.code, 0) << added.err;
  ASSERT_EQ(monitors().size(), 1u);
  EXPECT_EQ(monitors()[0]["name"], "Mail");
  EXPECT_EQ(monitors()[0]["config"]["port"], std::stoi(port_.number()));
  EXPECT_TRUE(monitors()[0]["config"].contains("timeoutMs"));
  EXPECT_EQ(monitors()[0]["state"], "pending");
}

TEST_F(MonitorCommands, AddRefusesEverythingThatIsWrongAtOnce) {
  const auto result =
      shell_.run("monitor add ada@example.org --kind tcp --name Mail --set port=70000 --set colour=red");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("/port"));
  EXPECT_THAT(result.err, HasSubstr("/host"));
  EXPECT_THAT(result.err, HasSubstr("/colour"));
  EXPECT_TRUE(monitors().empty());
}

TEST_F(MonitorCommands, NamesFollowTheRulesOfTheApi) {
  const auto add_named = [&](const std::string& name) {
    return shell_.run_words({"monitor", "add", "ada@example.org", "--kind", "tcp", "--name", name, "--set",
                             "host=127.0.0.1", "--set", "port=" + port_.number()});
  };
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "名";
  for (const auto& bad : std::vector<std::string>{"   ", hundred + "x", "Ma\nil", "Ma\xffil"})
    EXPECT_EQ(add_named(bad).code, 2) << bad;
  EXPECT_TRUE(monitors().empty());
  const auto added = add_named(" " + hundred + " ");
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(monitors().at(0)["name"], hundred);
}

TEST_F(MonitorCommands, AFieldThatIsNoUtf8IsRefused) {
  const auto result = shell_.run_words({"monitor", "test", "--set", "url=http://\xff/"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("--set"));
}

TEST_F(MonitorCommands, WhatIsWrongIsSaidInChineseToo) {
  const auto result = shell_.run(
      "monitor add ada@example.org --kind tcp --name Mail --set port=70000 --set colour=red --lang zh");
  EXPECT_THAT(result.err, HasSubstr("/port  (range)\n      超出允许范围（"));
  EXPECT_THAT(result.err, HasSubstr("/host  (required)\n      缺少此字段"));
  EXPECT_THAT(result.err, HasSubstr("/colour  (unknown_field)\n      没有这个字段"));
}

TEST_F(MonitorCommands, AddRefusesTargetsThatAreNotAllowed) {
  shell_.environment.erase("PROBE_ALLOW");
  const auto result = add("Mail");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("target_not_allowed"));
}

TEST_F(MonitorCommands, AddRefusesUnknownKindsAndMalformedFields) {
  EXPECT_EQ(shell_.run("monitor add ada@example.org --name x --kind smoke --set a=b").code, 2);
  EXPECT_EQ(shell_.run("monitor add ada@example.org --name x --set url").code, 2);
  EXPECT_EQ(shell_.run("monitor add ada@example.org --name x --config [1]").code, 2);
  EXPECT_EQ(shell_.run("monitor add ada@example.org --set url=https://example.org/").code, 2);
}

TEST_F(MonitorCommands, TestShowsVerdictAndPhases) {
  add("Mail");
  const auto up = shell_.run("monitor test ada@example.org Mail");
  EXPECT_EQ(up.code, 0) << up.out << up.err;
  EXPECT_THAT(up.out, testing::ContainsRegex("verdict +up\n"));
  EXPECT_THAT(up.out, testing::ContainsRegex("connect +[0-9.]+ ms\n"));
  EXPECT_TRUE(monitors()[0]["lastCheck"].is_null()) << "nothing is recorded";
}

TEST_F(MonitorCommands, TestOfATargetThatIsDownFails) {
  const auto down = shell_.run("monitor test --kind tcp --set host=127.0.0.1 --set port=1 --json");
  EXPECT_EQ(down.code, 1);
  EXPECT_EQ(down.json()["verdict"], "down");
  EXPECT_EQ(down.json()["cause"], "connection_refused");
}

TEST_F(MonitorCommands, TestNeedsEitherAMonitorOrATarget) {
  EXPECT_EQ(shell_.run("monitor test").code, 2);
  EXPECT_EQ(shell_.run("monitor test ada@example.org").code, 2);
  EXPECT_EQ(shell_.run("monitor test ada@example.org Mail --set port=1").code, 2);
}

TEST_F(MonitorCommands, PauseAndResumeByNameOrId) {
  add("Mail");
  const auto id = monitors()[0]["id"].get<std::string>();
  EXPECT_EQ(shell_.run("monitor pause ada@example.org Mail").code, 0);
  EXPECT_EQ(monitors()[0]["state"], "paused");
  EXPECT_EQ(shell_.run("monitor resume ada@example.org " + id).code, 0);
  EXPECT_EQ(monitors()[0]["state"], "pending");
}

TEST_F(MonitorCommands, ANameThatSeveralHaveIsRefused) {
  add("Mail");
  add("Mail");
  const auto result = shell_.run("monitor pause ada@example.org Mail");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("2 monitors have this name"));
}

TEST_F(MonitorCommands, RemoveAsksFirst) {
  add("Mail");
  EXPECT_EQ(shell_.run("monitor remove ada@example.org Mail").code, 2);
  EXPECT_EQ(monitors().size(), 1u);
  EXPECT_EQ(shell_.run("monitor remove ada@example.org Mail --yes").code, 0);
  EXPECT_TRUE(monitors().empty());
}

}  // namespace
}  // namespace watchbill::app
