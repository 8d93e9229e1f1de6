#include "probe/dns_client.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/id.h"
#include "probe/testing/dns_server.h"
#include "tests/support/reactor.h"

namespace watchbill::probe {
namespace {

using Status = DnsAnswer::Status;
using testing::DnsZone;

// A resolv.conf of the test's own.
class ResolvConf {
 public:
  ResolvConf() : path_(::testing::TempDir() + "resolv-" + base::new_id() + ".conf") {}
  ~ResolvConf() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

  // As DHCP clients do it: a new file takes the place of the old one.
  void replace(const testing::DnsServer& server, const std::string& more = "") {
    std::ofstream(path_ + ".new") << "nameserver " << server.host() << '\n' << more;
    std::filesystem::rename(path_ + ".new", path_);
  }

 private:
  std::string path_;
};

class DnsClientTest : public ::testing::Test {
 protected:
  DnsClientTest() { file_.replace(dns_); }

  void open() {
    const DnsServers servers{.resolv_conf = file_.path(), .port = dns_.port()};
    client_ = std::make_unique<DnsClient>(reactor_.executor(), servers);
  }
  void begin(const std::string& name, std::optional<DnsAnswer>& answer) {
    if (!client_) open();
    client_->lookup(name, [&answer](DnsAnswer found) { answer = std::move(found); });
  }
  DnsAnswer lookup(const std::string& name) {
    std::optional<DnsAnswer> answer;
    begin(name, answer);
    reactor_.run_until([&] { return answer.has_value(); });
    return *answer;
  }

  support::Reactor reactor_;
  testing::DnsServer dns_{reactor_};
  ResolvConf file_;
  std::unique_ptr<DnsClient> client_;
};

TEST_F(DnsClientTest, asks_the_servers_of_the_file) {
  dns_.set("a.test", {.addresses = {"192.0.2.1"}});
  EXPECT_EQ(lookup("a.test").status, Status::found);
}

TEST_F(DnsClientTest, the_hosts_file_goes_first) {
  dns_.set("localhost", {.addresses = {"192.0.2.1"}});
  const auto answer = lookup("localhost");
  ASSERT_EQ(answer.status, Status::found);
  EXPECT_TRUE(answer.addresses.at(0).is_loopback());
  EXPECT_EQ(dns_.asked("localhost"), 0);
}

// A dead name of a customer must not come to life as one of the operator's network.
TEST_F(DnsClientTest, asks_for_exactly_this_name_whatever_domains_the_machine_searches) {
  dns_.set("shop.com.corp.example", {.addresses = {"192.0.2.1"}});
  dns_.set("shop.corp.example", {.addresses = {"192.0.2.1"}});
  for (const char* more : {"search corp.example\noptions ndots:5\n", "domain corp.example\n", "search .\n"}) {
    file_.replace(dns_, more);
    open();
    for (const char* name : {"shop.com", "shop"})
      EXPECT_EQ(lookup(name).status, Status::not_found) << more << name;
  }
  setenv("LOCALDOMAIN", "corp.example", 1);
  open();
  unsetenv("LOCALDOMAIN");
  EXPECT_EQ(lookup("shop.com").status, Status::not_found);
  EXPECT_EQ(dns_.asked("shop.com.corp.example"), 0);
  EXPECT_EQ(dns_.asked("shop.corp.example"), 0);
}

TEST_F(DnsClientTest, changed_servers_are_asked_at_once_though_the_old_ones_hang) {
  testing::DnsServer other(reactor_, "127.0.0.2", dns_.port());
  dns_.set("slow.test", {.silent = true});
  other.set("slow.test", {.addresses = {"192.0.2.2"}});
  other.set("next.test", {.addresses = {"192.0.2.2"}});
  std::optional<DnsAnswer> slow;
  begin("slow.test", slow);
  reactor_.run_until([&] { return dns_.asked("slow.test") == 1; });
  file_.replace(other);
  EXPECT_EQ(lookup("next.test").status, Status::found);
  EXPECT_FALSE(slow);

  dns_.set("slow.test", {.addresses = {"192.0.2.1"}});  // the second try is answered
  reactor_.run_until([&] { return slow.has_value(); });
  EXPECT_EQ(slow->addresses.at(0).to_string(), "192.0.2.1") << "by the server that was asked";
  EXPECT_EQ(client_->running(), 0u);
  reactor_.run_ready();
  EXPECT_EQ(lookup("next.test").status, Status::found);
}

TEST_F(DnsClientTest, lines_that_nobody_knows_are_no_trouble) {
  dns_.set("a.test", {.addresses = {"192.0.2.1"}});
  EXPECT_EQ(lookup("a.test").status, Status::found);
  testing::DnsServer other(reactor_, "127.0.0.2", dns_.port());
  other.set("b.test", {.addresses = {"192.0.2.1"}});
  file_.replace(other, "what is this\n");
  EXPECT_EQ(lookup("b.test").status, Status::found);
}

TEST_F(DnsClientTest, more_lookups_than_can_be_kept_are_refused) {
  std::vector<std::optional<DnsAnswer>> answers(DnsClient::kMostLookups + 1);
  for (std::size_t i = 0; i < answers.size(); ++i) begin(std::to_string(i) + ".test", answers[i]);
  for (std::size_t i = 0; i < DnsClient::kMostLookups; ++i) EXPECT_FALSE(answers[i]) << i;
  ASSERT_TRUE(answers.back());
  EXPECT_EQ(answers.back()->status, Status::failed);
  EXPECT_EQ(answers.back()->problem, "too many names are being looked up");
}

}  // namespace
}  // namespace watchbill::probe
