#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

#include "base/event.h"
#include "http/test_client.h"
#include "http/test_server.h"

namespace watchbill::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

std::string post(std::string_view body) {
  return "POST /in HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

TEST(Server, answers_many_requests_on_one_connection) {
  TestServer server({}, echo);
  TestClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.ask(get("/" + std::to_string(i)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /" + std::to_string(i) + " 0 bytes from 127.0.0.1\n");
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_EQ(answer.header("Date").size(), 29u);
  }
  EXPECT_EQ(server.stats().accepted, 1u);
  EXPECT_EQ(server.stats().requests, 100u);
}

TEST(Server, reads_bodies_by_length_and_by_chunks) {
  TestServer server({}, echo);
  TestClient client(server.port());
  EXPECT_EQ(client.ask(post("hello")).body, "POST /in 5 bytes from 127.0.0.1\nhello");
  EXPECT_EQ(client
                .ask("PUT /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "5\r\nhello\r\n6;name=\"v\"\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n")
                .body,
            "PUT /c 11 bytes from 127.0.0.1\nhello world");
  const std::string large(900'000, 'x');
  EXPECT_EQ(client.ask(post(large)).body.size(), large.size() + 37);
}

TEST(Server, accepts_a_request_in_pieces_of_any_size) {
  TestServer server({}, echo);
  const auto request = "\r\n" + post("hello") + get("/next");
  for (std::size_t size : {1, 2, 3, 7}) {
    TestClient client(server.port());
    for (std::size_t at = 0; at < request.size(); at += size)
      client.send(std::string_view(request).substr(at, size));
    EXPECT_EQ(client.read().body, "POST /in 5 bytes from 127.0.0.1\nhello");
    EXPECT_EQ(client.read().body, "GET /next 0 bytes from 127.0.0.1\n");
  }
}

TEST(Server, answers_requests_sent_ahead_in_order_and_only_so_many) {
  ServerOptions options;
  options.max_pipelined = 10;
  TestServer server(options, echo);
  TestClient client(server.port());
  std::string burst;
  for (int i = 0; i < 30; ++i) burst += get("/" + std::to_string(i));
  client.send(burst);
  for (int i = 0; i < 10; ++i) {
    const auto answer = client.read();
    EXPECT_TRUE(answer.body.starts_with("GET /" + std::to_string(i) + " ")) << answer.body;
    EXPECT_EQ(answer.header("Connection"), i == 9 ? "close" : "");
  }
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, answers_head_without_a_body) {
  TestServer server({}, echo);
  TestClient client(server.port());
  const auto head = client.ask("HEAD /a HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "31");
  EXPECT_EQ(client.ask(get("/a")).body, "GET /a 0 bytes from 127.0.0.1\n");
}

TEST(Server, explains_a_refusal_after_head) {
  TestServer server({}, echo);
  TestClient client(server.port());
  client.ask("HEAD /a HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.ask("nonsense\r\n").body, "The request is not valid HTTP/1.1. (bad_request)\n");
}

TEST(Server, closes_when_the_client_wishes_so) {
  TestServer server({}, echo);
  TestClient closing(server.port());
  EXPECT_EQ(closing.ask("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").header("Connection"),
            "close");
  EXPECT_EQ(closing.read_to_end(), "");
  TestClient old(server.port());
  EXPECT_EQ(old.ask("GET / HTTP/1.0\r\n\r\n").header("Connection"), "close");
  EXPECT_EQ(old.read_to_end(), "");
  TestClient kept(server.port());
  EXPECT_EQ(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"), "keep-alive");
  EXPECT_EQ(kept.ask(kGet).status, 200);
}

TEST(Server, asks_for_the_body_that_the_client_holds_back) {
  TestServer server({}, echo);
  TestClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("hi").body, "POST / 2 bytes from 127.0.0.1\nhi");
}

TEST(Server, large_bodies_together_are_bounded_and_small_ones_are_not) {
  ServerOptions options;
  options.small_body = 1000;
  options.max_large_bodies = 10'000;
  TestServer server(options, echo);
  const auto post = [](std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  TestClient second(server.port()), small(server.port());
  auto first = std::make_unique<TestClient>(server.port());
  first->send(post(12'000) + std::string(9'000, 'x'));  // 8,000 of it count
  EXPECT_EQ(small.ask(post(900) + std::string(900, 'x')).status, 200);
  EXPECT_EQ(second.ask(post(5'000) + std::string(4'999, 'x')).status, 503);
  EXPECT_EQ(small.ask(post(900) + std::string(900, 'x')).status, 200);
  first.reset();
  server.wait_for([](const Server::Stats& stats) { return stats.connections == 1; });
  TestClient third(server.port());
  EXPECT_EQ(third.ask(post(9'000) + std::string(9'000, 'x')).status, 200);
}

TEST(Server, refuses_a_body_too_large_before_it_is_sent) {
  TestServer server({}, echo);
  TestClient client(server.port());
  const auto answer =
      client.ask("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, tells_the_client_that_goes_on_sending_why_it_was_refused) {
  TestServer server({}, echo);
  TestClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5000000\r\n\r\n");
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.send(std::string(100'000, 'x')));
  client.shut_down_sending();
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "The request body is too large. (body_too_large)\n");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.was_reset());
}

TEST(Server, understands_absolute_targets) {
  TestServer server({}, echo);
  TestClient client(server.port());
  EXPECT_EQ(client.ask("GET http://other.example/x?y HTTP/1.1\r\nHost: test\r\n\r\n").body,
            "GET /x 0 bytes from 127.0.0.1\n");
}

base::Task<Response> fail(Request& request) {
  if (request.path == "/odd") throw 42;
  throw std::runtime_error("the secret detail");
  co_return Response();
}

TEST(Server, hides_what_a_failing_handler_says) {
  TestServer server({}, fail);
  TestClient client(server.port());
  for (const char* path : {"/", "/odd"}) {
    testing::internal::CaptureStderr();
    const auto answer = client.ask(get(path));
    server.stats();  // the line was written before
    const auto log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, "The server failed to handle this request. (internal_error)\n");
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
    EXPECT_NE(log.find(path), log.npos);
  }
}

base::Task<Response> split(Request&) {
  auto response = Response::text(200, "");
  response.headers.add("X-Name", "a\r\nSet-Cookie: b");
  co_return response;
}

TEST(Server, lets_no_handler_break_out_of_a_header) {
  TestServer server({}, split);
  TestClient client(server.port());
  EXPECT_EQ(client.ask(kGet).status, 500);
}

base::Task<Response> overreach(Request&) {
  auto response = Response::text(200, "four");
  response.headers.add("Content-Length", "1000");
  response.headers.add("transfer-encoding", "chunked");
  co_return response;
}

TEST(Server, frames_responses_itself) {
  TestServer server({}, overreach);
  TestClient client(server.port());
  const auto answer = client.ask(kGet);
  EXPECT_EQ(answer.body, "four");
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
}

TEST(Server, believes_forwarded_addresses_of_trusted_proxies_only) {
  const std::string request = "GET / HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: 192.0.2.1, 10.1.1.1\r\n\r\n";
  TestServer plain({}, echo);
  EXPECT_EQ(TestClient(plain.port()).ask(request).body, "GET / 0 bytes from 127.0.0.1\n");
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.0/8", "10.0.0.0/8"};
  TestServer behind(options, echo);
  EXPECT_EQ(TestClient(behind.port()).ask(request).body, "GET / 0 bytes from 192.0.2.1\n");
}

TEST(Server, survives_any_forwarded_list) {
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  TestServer server(options, echo);
  std::string endless;
  while (endless.size() < 30'000) endless += "127.0.0.1,";
  for (const std::string& list : {std::string(), std::string(",,,,"), std::string("nonsense"), endless}) {
    const auto answer = TestClient(server.port())
                            .ask("GET / HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: " + list + "\r\n\r\n");
    EXPECT_EQ(answer.body, "GET / 0 bytes from 127.0.0.1\n");
  }
}

// Deadlines

ServerOptions hasty() {
  ServerOptions options;
  options.header_deadline = options.idle_deadline = options.transfer_grace = options.linger = 30ms;
  options.min_bytes_per_second = 1'000'000'000;
  return options;
}

TEST(Server, drops_a_connection_that_says_nothing) {
  TestServer server(hasty(), echo);
  TestClient client(server.port());
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, drops_an_idle_connection_without_a_word) {
  TestServer server(hasty(), echo);
  TestClient client(server.port());
  EXPECT_EQ(client.ask(kGet).status, 200);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.stats().deadlines_missed, 0u);
}

TEST(Server, drops_a_slow_header_however_it_drips) {
  TestServer server(hasty(), echo);
  TestClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: test\r\n");
  for (int i = 0; client.send("X-Drip: 1\r\n"); ++i) {
    if (i > 50) break;
    server.stats();
  }
  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.stats().deadlines_missed, 1u);
}

TEST(Server, drops_a_slow_header_on_a_kept_connection) {
  auto options = hasty();
  options.idle_deadline = 1h;
  TestServer server(options, echo);
  TestClient client(server.port());
  EXPECT_EQ(client.ask(kGet).status, 200);
  client.send("GET / HT");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, drops_a_slow_body) {
  auto options = hasty();
  options.header_deadline = 1h;
  TestServer server(options, echo);
  TestClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nabc");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, gives_a_body_time_for_its_size) {
  auto options = hasty();
  options.header_deadline = 1h;
  options.transfer_grace = 1h;
  TestServer server(options, echo);
  TestClient client(server.port());
  const auto request = post("hello");
  for (char c : request) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.read().status, 200);
}

const std::string kLarge(8 * 1024 * 1024, 'L');

base::Task<Response> large(Request&) {
  co_return Response::blob(200, "text/plain", SharedBlob{kLarge, nullptr});
}

TEST(Server, drops_a_reader_that_does_not_read) {
  TestServer server(hasty(), large);
  TestClient client(server.port(), 4096);
  client.send(kGet);
  server.wait_for([](const Server::Stats& stats) { return stats.deadlines_missed == 1; });
  EXPECT_LT(client.read_to_end().size(), kLarge.size());
}

TEST(Server, serves_a_large_blob_whole) {
  TestServer server({}, large);
  TestClient client(server.port());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.ask(kGet).body, kLarge);
}

TEST(Server, serves_others_while_slow_clients_wait_for_their_deadline) {
  ServerOptions options;  // the default deadlines: the slow ones stay for the whole test
  TestServer server(options, echo);
  std::vector<std::unique_ptr<TestClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<TestClient>(server.port()));
    slow.back()->send(i % 2 ? "GET / HTTP/1.1\r\nX: "
                            : "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\n1");
  }
  TestClient client(server.port());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.ask(kGet).status, 200);
  EXPECT_EQ(server.stats().connections, 101u);
}

// Many connections

TEST(Server, drops_the_longest_idle_connection_for_a_new_one) {
  ServerOptions options;
  options.max_connections = 3;
  TestServer server(options, echo);
  TestClient a(server.port()), b(server.port()), c(server.port());
  for (auto* client : {&a, &b, &c, &a}) EXPECT_EQ(client->ask(kGet).status, 200);
  TestClient d(server.port());
  EXPECT_EQ(d.ask(kGet).status, 200);
  EXPECT_EQ(b.read_to_end(), "");  // b had waited longest
  for (auto* client : {&a, &c, &d}) EXPECT_EQ(client->ask(kGet).status, 200);
  EXPECT_EQ(server.stats().evicted, 1u);
}

TEST(Server, stays_within_its_connections_however_many_come) {
  ServerOptions options;
  options.max_connections = 50;
  TestServer server(options, echo);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.port()));
    clients.back()->send("GET");
  }
  server.wait_for([](const Server::Stats& stats) { return stats.accepted == 400; });
  EXPECT_LE(server.stats().connections, 50u);
  EXPECT_EQ(TestClient(server.port()).ask(kGet).status, 200);
}

struct Gate {
  std::unique_ptr<base::Event> opened;
  bool open = false;
  int entered = 0, cancelled = 0, left = 0;
};

base::Task<Response> wait_at(Gate& gate) {
  ++gate.entered;
  try {
    while (!gate.open) co_await gate.opened->wait();
  } catch (const boost::system::system_error&) {
    ++gate.cancelled;
    throw;
  }
  ++gate.left;
  co_return Response::text(200, "through");
}

class GateTest : public testing::Test {
 protected:
  void start(ServerOptions options) {
    server_ = std::make_unique<TestServer>(std::move(options), [this](Request&) { return wait_at(gate_); });
    gate_.opened = std::make_unique<base::Event>(server_->executor());
  }
  void open() {
    server_->call([this] {
      gate_.open = true;
      gate_.opened->notify();
    });
  }
  void wait_until_entered(int count) {
    server_->wait_until([&] { return gate_.entered >= count; });
  }
  void TearDown() override {
    open();
    server_->stop();
    gate_.opened.reset();
    server_.reset();
  }

  Gate gate_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(GateTest, turns_new_clients_away_when_every_connection_is_busy) {
  ServerOptions options;
  options.max_connections = 2;
  start(options);
  TestClient a(server_->port()), b(server_->port());
  a.send(kGet);
  b.send(kGet);
  wait_until_entered(2);
  TestClient c(server_->port());
  EXPECT_EQ(c.read().status, 503);
  EXPECT_EQ(c.read_to_end(), "");
  open();
  EXPECT_EQ(a.read().body, "through");
  EXPECT_EQ(b.read().body, "through");
}

TEST_F(GateTest, stop_lets_a_running_request_finish) {
  start({});
  TestClient idle(server_->port()), busy(server_->port());
  idle.send("GET /half");
  busy.send(kGet);
  wait_until_entered(1);
  auto stopped = std::async(std::launch::async, [this] { server_->stop(); });
  EXPECT_EQ(idle.read_to_end(), "");
  open();
  const auto answer = busy.read();
  EXPECT_EQ(answer.body, "through");
  EXPECT_EQ(answer.header("Connection"), "close");
  stopped.get();
  EXPECT_THROW(TestClient(server_->port()), std::runtime_error);
}

TEST_F(GateTest, stop_cancels_what_outlasts_the_grace) {
  ServerOptions options;
  options.stop_grace = 10ms;
  start(options);
  TestClient client(server_->port());
  client.send(kGet);
  wait_until_entered(1);
  server_->stop();
  EXPECT_EQ(gate_.cancelled, 1);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(GateTest, a_client_that_leaves_does_not_cancel_its_request) {
  start({});
  {
    TestClient client(server_->port());
    client.send(kGet);
    wait_until_entered(1);
  }
  open();
  server_->wait_for([](const Server::Stats& stats) { return stats.connections == 0; });
  EXPECT_EQ(gate_.left, 1);
  EXPECT_EQ(gate_.cancelled, 0);
}

TEST(Server, stops_at_once_when_nothing_runs_and_as_often_as_asked) {
  TestServer server({}, echo);
  TestClient client(server.port());
  EXPECT_EQ(client.ask(kGet).status, 200);
  server.stop();
  server.stop();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.stats().connections, 0u);
}

TEST(Server, may_be_stopped_before_it_started) {
  base::SystemClock clock;
  base::asio::io_context reactor;
  Server server(reactor.get_executor(), clock, {}, echo, plain_error);
  auto stopped = base::asio::co_spawn(reactor, server.stop(), base::asio::use_future);
  reactor.run();
  stopped.get();
  EXPECT_EQ(server.port(), 0);
}

TEST(Server, says_why_it_cannot_listen) {
  TestServer first({}, echo);
  ServerOptions options;
  options.port = first.port();
  try {
    TestServer second(options, echo);
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(std::string(e.what()),
              "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
  }
}

TEST(Server, refuses_malformed_addresses) {
  base::SystemClock clock;
  base::asio::io_context reactor;
  ServerOptions name, proxy;
  name.address = "localhost";
  proxy.trusted_proxies = {"10.0.0.0/33"};
  EXPECT_THROW(Server(reactor.get_executor(), clock, name, echo, plain_error), std::invalid_argument);
  EXPECT_THROW(Server(reactor.get_executor(), clock, proxy, echo, plain_error), std::invalid_argument);
}

// While it lives no file can be opened.
class DescriptorLimit {
 public:
  DescriptorLimit() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_;
};

TEST(Server, outlives_the_lack_of_file_descriptors) {
  TestServer server({}, echo);
  TestClient idle(server.port()), waiting;
  EXPECT_EQ(idle.ask(kGet).status, 200);
  {
    DescriptorLimit none;
    waiting.connect(server.port());
    server.wait_for([](const Server::Stats& stats) { return stats.evicted == 1; });
  }
  EXPECT_EQ(waiting.ask(kGet).status, 200);
  EXPECT_EQ(idle.read_to_end(), "");
}

}  // namespace
}  // namespace watchbill::http
