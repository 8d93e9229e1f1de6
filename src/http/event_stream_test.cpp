#include "http/event_stream.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/test_client.h"
#include "http/test_server.h"

namespace watchbill::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET /events HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n";

// What the producers of a test do and see.
struct Hub {
  EventSink* sink = nullptr;  // while one listens
  int ended = 0;
};

// Takes its subscription back whatever ends the producer.
struct Subscription {
  Subscription(Hub& hub, EventSink& sink) : hub(hub) { hub.sink = &sink; }
  ~Subscription() {
    hub.sink = nullptr;
    ++hub.ended;
  }
  Hub& hub;
};

base::Task<> listen(Hub& hub, EventSink& sink) {
  const Subscription subscription(hub, sink);
  co_await sink.closed();
}

base::Task<Response> serve(Hub& hub) {
  co_return Response::events([&hub](EventSink& sink) { return listen(hub, sink); });
}

class EventStreamTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    server_ = std::make_unique<TestServer>(std::move(options), [this](Request&) { return serve(hub_); });
  }
  void connect(int receive_buffer = 0) {
    client_ = std::make_unique<TestClient>(server_->port(), receive_buffer);
    client_->send(kGet);
    head_ = client_->read_until("\r\n\r\n");
    server_->wait_until([this] { return hub_.sink != nullptr; });
  }
  // False as well when nobody listens.
  bool send(std::string id, std::string event, std::string data) {
    return server_->call([&] { return hub_.sink != nullptr && hub_.sink->send(id, event, data); });
  }
  void wait_until_ended() {
    server_->wait_until([this] { return hub_.ended > 0; });
  }

  Hub hub_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<TestClient> client_;
  std::string head_;
};

TEST_F(EventStreamTest, carries_events_as_the_standard_writes_them) {
  start();
  connect();
  EXPECT_NE(head_.find("HTTP/1.1 200 OK\r\n"), head_.npos);
  EXPECT_NE(head_.find("Content-Type: text/event-stream\r\n"), head_.npos);
  EXPECT_NE(head_.find("X-Accel-Buffering: no\r\n"), head_.npos);
  EXPECT_EQ(head_.find("Content-Length"), head_.npos);
  EXPECT_TRUE(send("7", "round", "{\"a\":1}"));
  EXPECT_EQ(client_->read_until("\n\n"), "id: 7\nevent: round\ndata: {\"a\":1}\n\n");
  EXPECT_TRUE(send("", "", "one\ntwo\r\nthree\r"));
  EXPECT_EQ(client_->read_until("\n\n"), "data: one\ndata: two\ndata: three\ndata: \n\n");
}

TEST_F(EventStreamTest, lets_nothing_break_out_of_a_field) {
  start();
  connect();
  EXPECT_THROW(send("1\ndata: forged", "", ""), std::invalid_argument);
  EXPECT_THROW(send("", "a\rb", ""), std::invalid_argument);
  EXPECT_THROW(send(std::string("a\0b", 3), "", ""), std::invalid_argument);
}

TEST_F(EventStreamTest, beats_while_nothing_happens) {
  ServerOptions options;
  options.heartbeat = 5ms;
  start(options);
  connect();
  EXPECT_EQ(client_->read_until("\n\n"), ":\n\n");
  EXPECT_EQ(client_->read_until("\n\n"), ":\n\n");
}

TEST_F(EventStreamTest, tells_the_producer_when_the_client_goes) {
  start();
  connect();
  client_.reset();
  wait_until_ended();
  server_->wait_for([](const Server::Stats& stats) { return stats.connections == 0; });
  EXPECT_EQ(hub_.sink, nullptr);
}

TEST_F(EventStreamTest, delivers_what_was_sent_before_the_end) {
  start();
  connect();
  server_->call([this] {
    hub_.sink->send("1", "", "last words");
    hub_.sink->close();
    EXPECT_FALSE(hub_.sink->send("2", "", "too late"));
  });
  EXPECT_EQ(client_->read_to_end(), "id: 1\ndata: last words\n\n");
  wait_until_ended();
}

TEST_F(EventStreamTest, drops_a_reader_that_falls_behind) {
  ServerOptions options;
  options.max_event_backlog = 100'000;
  options.transfer_grace = 1h;
  start(options);
  connect(4096);
  const std::string news(10'000, 'n');
  for (int i = 0; send("", "", news); ++i) ASSERT_LT(i, 10'000);
  // Not kept until it reads after all.
  server_->wait_for([](const Server::Stats& stats) { return stats.connections == 0; });
  EXPECT_EQ(hub_.ended, 1);
}

TEST_F(EventStreamTest, drops_a_reader_that_went_silently) {
  ServerOptions options;
  options.transfer_grace = 20ms;
  options.min_bytes_per_second = 1'000'000'000;
  options.max_event_backlog = 64 * 1024 * 1024;
  start(options);
  connect(4096);
  EXPECT_TRUE(send("", "", std::string(16 * 1024 * 1024, 'n')));  // more than the kernel keeps
  wait_until_ended();
  EXPECT_EQ(server_->stats().deadlines_missed, 1u);
}

TEST_F(EventStreamTest, ends_when_the_server_stops) {
  start();
  connect();
  send("1", "", "before");
  server_->stop();
  EXPECT_EQ(client_->read_to_end(), "id: 1\ndata: before\n\n");
  EXPECT_EQ(hub_.ended, 1);
}

TEST_F(EventStreamTest, ends_when_the_server_stops_even_for_a_reader_that_does_not_read) {
  ServerOptions options;
  options.stop_grace = 10ms;
  options.max_event_backlog = 64 * 1024 * 1024;
  start(options);
  connect(4096);
  send("", "", std::string(16 * 1024 * 1024, 'n'));
  server_->stop();
  EXPECT_EQ(hub_.ended, 1);
}

TEST_F(EventStreamTest, a_client_that_goes_on_talking_is_cut) {
  start();
  connect();
  client_->send(kGet);
  wait_until_ended();
  client_->read_to_end();
}

TEST_F(EventStreamTest, head_is_answered_without_a_producer) {
  start();
  TestClient client(server_->port());
  client.send("HEAD /events HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_NE(client.read_to_end().find("text/event-stream"), std::string::npos);
  EXPECT_EQ(hub_.ended, 0);
}

TEST_F(EventStreamTest, idle_streams_are_not_dropped_for_new_connections) {
  ServerOptions options;
  options.max_connections = 2;
  options.idle_deadline = options.header_deadline = 10ms;
  options.heartbeat = 20ms;
  start(options);
  connect();
  TestClient idle(server_->port());
  EXPECT_EQ(idle.read_to_end(), "");  // its deadline has passed, the stream's heart beats on
  client_->read_until("\n\n");
  EXPECT_TRUE(send("1", "", "still here"));
  EXPECT_EQ(client_->read_until("still here\n\n"), "id: 1\ndata: still here\n\n");
}

base::Task<> fail(EventSink& sink) {
  sink.send("", "", "so far");
  throw std::runtime_error("broken producer");
  co_return;
}

base::Task<Response> serve_broken(Request&) {
  co_return Response::events([](EventSink& sink) { return fail(sink); });
}

TEST(EventStream, of_a_failing_producer_ends) {
  TestServer server({}, serve_broken);
  TestClient client(server.port());
  client.send(kGet);
  EXPECT_TRUE(client.read_to_end().ends_with("data: so far\n\n"));
}

}  // namespace
}  // namespace watchbill::http
