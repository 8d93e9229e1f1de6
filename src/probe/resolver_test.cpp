#include "probe/resolver.h"

#include <gtest/gtest.h>

#include "probe/testing/dns_server.h"
#include "probe/testing/stop.h"
#include "tests/support/reactor.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using Status = DnsAnswer::Status;
using testing::DnsZone;

// The machine's clock, moved ahead at will: TTLs pass without waiting.
class AdvancedClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return system_.now() + ahead; }
  base::Monotonic monotonic_now() const override { return system_.monotonic_now() + ahead; }
  base::Millis ahead{0};

 private:
  base::SystemClock system_;
};

class ResolverTest : public ::testing::Test {
 protected:
  DnsAnswer resolve(const std::string& name, base::Millis patience = 5s) {
    return reactor_.run(resolver_.resolve(name, clock_.monotonic_now() + patience));
  }
  std::vector<std::string> addresses(const std::string& name) {
    std::vector<std::string> list;
    for (const auto& address : resolve(name).addresses) list.push_back(address.to_string());
    return list;
  }

  support::Reactor reactor_;
  AdvancedClock clock_;
  testing::DnsServer dns_{reactor_};
  Resolver resolver_{reactor_.executor(), clock_, DnsServers{dns_.address()}};
};

using Addresses = std::vector<std::string>;

TEST_F(ResolverTest, finds_addresses_of_both_families_ipv4_first) {
  dns_.set("both.test", {.addresses = {"2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"}});
  EXPECT_EQ(addresses("both.test"), (Addresses{"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"}));
}

TEST_F(ResolverTest, asks_again_when_the_ttl_is_over_and_not_before) {
  dns_.set("a.test", {.addresses = {"192.0.2.1"}, .ttl = 60});
  EXPECT_EQ(addresses("a.test"), Addresses{"192.0.2.1"});
  dns_.set("a.test", {.addresses = {"192.0.2.2"}, .ttl = 60});
  clock_.ahead += 59s;
  EXPECT_EQ(addresses("a.test"), Addresses{"192.0.2.1"});
  clock_.ahead += 2s;
  EXPECT_EQ(addresses("a.test"), Addresses{"192.0.2.2"});
  EXPECT_EQ(dns_.asked("a.test"), 2);
}

TEST_F(ResolverTest, the_shortest_ttl_on_the_way_counts) {
  dns_.set("alias.test", {.alias = "real.test", .alias_ttl = 5});
  dns_.set("real.test", {.addresses = {"192.0.2.1"}, .ttl = 600});
  EXPECT_EQ(addresses("alias.test"), Addresses{"192.0.2.1"});
  clock_.ahead += 6s;
  resolve("alias.test");
  EXPECT_EQ(dns_.asked("alias.test"), 2);
}

TEST_F(ResolverTest, an_answer_with_ttl_0_is_not_kept) {
  dns_.set("rebind.test", {.addresses = {"192.0.2.1"}, .ttl = 0});
  EXPECT_EQ(addresses("rebind.test"), Addresses{"192.0.2.1"});
  dns_.set("rebind.test", {.addresses = {"127.0.0.1"}, .ttl = 0});
  EXPECT_EQ(addresses("rebind.test"), Addresses{"127.0.0.1"});
  EXPECT_EQ(resolver_.cached(), 0u);
}

TEST_F(ResolverTest, no_ttl_is_believed_longer_than_an_hour) {
  dns_.set("a.test", {.addresses = {"192.0.2.1"}, .ttl = 1'000'000});
  resolve("a.test");
  clock_.ahead += 3601s;
  resolve("a.test");
  EXPECT_EQ(dns_.asked("a.test"), 2);
}

TEST_F(ResolverTest, a_name_that_does_not_exist_is_remembered_briefly) {
  EXPECT_EQ(resolve("missing.test").status, Status::not_found);
  EXPECT_EQ(resolve("missing.test").status, Status::not_found);
  EXPECT_EQ(dns_.asked("missing.test"), 1);
  dns_.set("missing.test", {.addresses = {"192.0.2.1"}});
  clock_.ahead += 6s;
  EXPECT_EQ(resolve("missing.test").status, Status::found);
}

TEST_F(ResolverTest, a_name_without_addresses_is_not_found) {
  dns_.set("empty.test", {});
  EXPECT_EQ(resolve("empty.test").status, Status::not_found);
}

TEST_F(ResolverTest, a_servers_failure_is_no_statement_about_the_name) {
  for (const auto rcode : {DnsZone::Rcode::server_failure, DnsZone::Rcode::refused}) {
    dns_.set("broken.test", {.rcode = rcode});
    const auto answer = resolve("broken.test");
    EXPECT_EQ(answer.status, Status::failed);
    EXPECT_NE(answer.problem, "");
  }
  dns_.set("broken.test", {.addresses = {"192.0.2.1"}});
  EXPECT_EQ(resolve("broken.test").status, Status::found) << "failures are not remembered";
}

// A resolver that fails for one of the two says nothing about the name.
TEST_F(ResolverTest, a_name_does_not_exist_only_if_both_families_questions_say_so) {
  using Rcode = DnsZone::Rcode;
  const struct {
    Rcode v4;
    Rcode v6;
    Status status;
  } rows[] = {
      {Rcode::name_error, Rcode::name_error, Status::not_found},
      {Rcode::name_error, Rcode::ok, Status::not_found},
      {Rcode::ok, Rcode::ok, Status::not_found},
      {Rcode::server_failure, Rcode::ok, Status::failed},
      {Rcode::server_failure, Rcode::name_error, Status::failed},
      {Rcode::refused, Rcode::ok, Status::failed},
      {Rcode::ok, Rcode::server_failure, Status::failed},
      {Rcode::name_error, Rcode::refused, Status::failed},
  };
  int i = 0;
  for (const auto& row : rows) {
    const auto name = std::to_string(++i) + ".test";
    dns_.set(name, {.v4_rcode = row.v4, .v6_rcode = row.v6});
    const auto answer = resolve(name);
    EXPECT_EQ(answer.status, row.status) << "row " << i << ": " << answer.problem;
    EXPECT_EQ(answer.problem.empty(), row.status != Status::failed) << "row " << i;
  }
}

TEST_F(ResolverTest, addresses_of_one_family_do_while_the_other_cannot_be_asked_for_and_are_not_kept) {
  dns_.set("half.test",
           {.addresses = {"192.0.2.1", "2001:db8::1"}, .v6_rcode = DnsZone::Rcode::server_failure});
  EXPECT_EQ(addresses("half.test"), Addresses{"192.0.2.1"});
  EXPECT_EQ(resolver_.cached(), 0u);
  dns_.set("half.test",
           {.addresses = {"192.0.2.1", "2001:db8::1"}, .v4_rcode = DnsZone::Rcode::server_failure});
  EXPECT_EQ(addresses("half.test"), Addresses{"2001:db8::1"});
  dns_.set("half.test", {.addresses = {"192.0.2.1", "2001:db8::1"}});
  EXPECT_EQ(addresses("half.test"), (Addresses{"192.0.2.1", "2001:db8::1"}));
  EXPECT_EQ(resolver_.cached(), 1u);
}

TEST_F(ResolverTest, a_silent_server_holds_nobody_beyond_the_deadline) {
  dns_.set("silent.test", {.silent = true});
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = resolve("silent.test", 100ms);
  EXPECT_EQ(answer.status, Status::failed);
  EXPECT_EQ(answer.problem, "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 400ms);
}

base::Task<> resolve_into(Resolver& resolver, base::Monotonic deadline, std::vector<Status>& results) {
  results.push_back((co_await resolver.resolve("shared.test", deadline)).status);
}

TEST_F(ResolverTest, callers_who_ask_at_once_share_one_lookup) {
  dns_.set("shared.test", {.addresses = {"192.0.2.1"}, .ttl = 0});
  std::vector<Status> results;
  base::TaskGroup callers(reactor_.executor());
  for (int i = 0; i < 10; ++i)
    callers.spawn("caller", resolve_into(resolver_, clock_.monotonic_now() + 5s, results));
  reactor_.run(callers.join());
  EXPECT_EQ(results, std::vector<Status>(10, Status::found));
  EXPECT_EQ(dns_.asked("shared.test"), 1);
}

TEST_F(ResolverTest, a_lookup_whose_callers_left_still_fills_the_cache) {
  dns_.set("shared.test", {.addresses = {"192.0.2.1"}});
  std::vector<Status> results;
  base::TaskGroup callers(reactor_.executor());
  callers.spawn("caller", resolve_into(resolver_, clock_.monotonic_now() + 5s, results));
  reactor_.context().restart();
  reactor_.context().run_one();  // the question is on its way
  reactor_.run(testing::stop(callers));
  EXPECT_TRUE(results.empty());
  reactor_.run_until([&] { return resolver_.cached() == 1; });
  EXPECT_EQ(resolve("shared.test").status, Status::found);
  EXPECT_EQ(dns_.asked("shared.test"), 1);
}

TEST_F(ResolverTest, an_answer_too_large_for_udp_comes_over_tcp_and_is_cut) {
  DnsZone zone;
  for (int i = 0; i < 1000; ++i)
    zone.addresses.push_back("198.51." + std::to_string(i / 250) + '.' + std::to_string(i % 250));
  dns_.set("large.test", zone);
  EXPECT_EQ(addresses("large.test").size(), 32u);
}

TEST_F(ResolverTest, an_alias_of_itself_ends) {
  dns_.set("loop.test", {.alias = "loop.test"});
  EXPECT_NE(resolve("loop.test").status, Status::found);
}

TEST_F(ResolverTest, the_cache_is_bounded) {
  for (int i = 0; i < 10'050; ++i) {
    const auto name = std::to_string(i) + ".test";
    dns_.set(name, {.addresses = {"192.0.2.1"}, .ttl = 3600});
    ASSERT_EQ(resolve(name).status, Status::found);
  }
  EXPECT_EQ(resolver_.cached(), 10'000u);
  EXPECT_EQ(resolve("10049.test").status, Status::found);
  EXPECT_EQ(dns_.asked("10049.test"), 1);
  resolve("0.test");
  EXPECT_EQ(dns_.asked("0.test"), 2) << "the oldest went first";
}

TEST_F(ResolverTest, can_be_destroyed_with_a_lookup_under_way) {
  dns_.set("silent.test", {.silent = true});
  auto resolver = std::make_unique<Resolver>(reactor_.executor(), clock_, DnsServers{dns_.address()});
  reactor_.run(resolver->resolve("silent.test", clock_.monotonic_now() + 1ms));
  resolver.reset();
  reactor_.run_ready();
}

TEST(Resolver, refuses_servers_that_are_none) {
  support::Reactor reactor;
  base::SystemClock clock;
  EXPECT_THROW(Resolver(reactor.executor(), clock, DnsServers{"not a server"}), std::runtime_error);
}

}  // namespace
}  // namespace watchbill::probe
