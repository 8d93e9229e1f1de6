// What a check cannot provoke, since it asks the guard before: the exchange's own last look.
#include "probe/http_exchange.h"

#include <new>

#include "probe/testing/probe_fixture.h"

namespace watchbill::probe {
namespace {

using namespace std::chrono_literals;
using domain::Cause;
using domain::Phase;
using namespace testing;

class Ignoring final : public BodySink {
 public:
  bool take(std::string_view, int) override { return true; }
};

class OutOfMemory final : public BodySink {
 public:
  bool take(std::string_view, int) override { throw std::bad_alloc(); }
};

class HttpExchangeTest : public ProbeFixture {
 protected:
  HttpExchangeTest() { request_.address = boost::asio::ip::make_address("127.0.0.1"), aim(server_.port()); }

  void aim(int port) {
    request_.url = std::get<Url>(parse_url("http://127.0.0.1:" + std::to_string(port) + "/"));
    request_.connect_limit = 5000ms;
  }
  HttpAnswer run(HttpExchange& exchange) {
    return reactor_.run(exchange.run(clock_.monotonic_now(), 5000ms));
  }
  void expect_blocked(const HttpAnswer& answer) {
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->cause, Cause::blocked);
    EXPECT_EQ(answer.failure->phase, Phase::connect);
    EXPECT_EQ(answer.failure->detail, "the target's address is not allowed");
    reactor_.run_ready();
    EXPECT_EQ(server_.connections(), 0u);
  }

  ScriptedServer server_{reactor_, respond("200 OK", "body")};
  AddressGuard guard_{options_.allowed};
  AddressGuard strict_;
  Resolver resolver_{reactor_.executor(), clock_, DnsServers{dns_.address()}};
  CurlReactor curl_{reactor_.executor(), clock_};
  PatternSearch patterns_{reactor_.executor()};
  Surroundings around_{reactor_.executor(), clock_, options_, guard_, resolver_, curl_, patterns_};
  Surroundings guarded_{reactor_.executor(), clock_, options_, strict_, resolver_, curl_, patterns_};
  HttpRequest request_;
  Ignoring sink_;
};

TEST_F(HttpExchangeTest, connects_to_the_address_that_was_checked) {
  HttpExchange exchange(around_, request_, sink_);
  const auto answer = run(exchange);
  EXPECT_FALSE(answer.failure);
  EXPECT_EQ(answer.status, 200);
}

TEST_F(HttpExchangeTest, asks_the_guard_once_more_before_it_connects) {
  HttpExchange exchange(guarded_, request_, sink_);
  expect_blocked(run(exchange));
}

// libcurl goes where it was told at first; only the comparison notices.
TEST_F(HttpExchangeTest, connects_nowhere_but_to_the_address_that_was_checked) {
  HttpExchange exchange(around_, request_, sink_);
  request_.address = boost::asio::ip::make_address("127.0.0.2");
  expect_blocked(run(exchange));
}

TEST_F(HttpExchangeTest, connects_to_no_other_port_either) {
  HttpExchange exchange(around_, request_, sink_);
  request_.url.port = closed_port(reactor_);
  expect_blocked(run(exchange));
}

TEST_F(HttpExchangeTest, a_body_without_memory_for_it_is_our_own_trouble) {
  OutOfMemory none;
  HttpExchange exchange(around_, request_, none);
  const auto answer = run(exchange);
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->cause, Cause::out_of_resources);
  EXPECT_EQ(answer.failure->detail, "out of memory");
}

}  // namespace
}  // namespace watchbill::probe
