// One client, from its first byte to its last.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <string>

#include "base/task.h"
#include "http/client_socket.h"
#include "http/deadlines.h"
#include "http/head_scanner.h"
#include "http/refusal.h"
#include "http/request_parser.h"
#include "http/response_head.h"
#include "http/server.h"
#include "http/trusted_proxies.h"

namespace watchbill::http {

class Connection;

// The open connections, those that wait for their clients apart and in the order in which they began to.
class Connections {
 public:
  // Cuts the one that has waited longest. False: none waits.
  bool evict_oldest();

  // The server stops: see Connection::stop().
  void stop();

  std::size_t size() const { return waiting_.size() + busy_.size(); }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  friend class Connection;

  std::list<Connection*> waiting_, busy_;
};

// What the connections of a server share.
struct ConnectionHost {
  const ServerOptions options;
  const Handler handler;
  const ErrorRenderer render_error;
  const base::Clock& clock;
  const TrustedProxies proxies;
  Deadlines deadlines;
  DateHeader date;
  Connections connections;
  Server::Stats stats;
  std::size_t large_bodies = 0;  // bytes, see ServerOptions::max_large_bodies
  bool stopping = false;
};

// Reactor thread only. Registered with its host while it lives.
class Connection {
 public:
  Connection(ConnectionHost& host, base::asio::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Answers requests until the client or the server has enough; the connection may be destroyed then.
  base::Task<> run();

  // Ends a connection that waits for a request, or lingers, at once, an event stream after what was sent, any
  // other with its running request.
  void stop();

  void cut() { socket_.cut(); }

 private:
  friend class Connections;
  enum class Phase { receiving, handling, sending, streaming, lingering };

  // A whole request into request_. False: there is none, or refusal_ says what is wrong with it.
  base::Task<bool> receive();
  base::Task<bool> receive_head();
  base::Task<bool> receive_body();
  void count_body();
  void identify_client();

  base::Task<Response> call_handler();

  // False: the connection is over.
  base::Task<bool> send(Response response);
  base::Task<> refuse();
  base::Task<> stream(Response response);

  Response render(const Refusal& refusal) const;
  bool decide_keep_alive() const;
  void wait_for_client();
  void work();

  ConnectionHost& host_;
  ClientSocket socket_;
  const base::asio::ip::address peer_;
  const bool peer_is_proxy_;
  boost::beast::flat_buffer buffer_;
  HeadScanner scanner_;
  RequestParser parser_;
  Request request_;
  Refusal refusal_;
  std::string head_;  // of the response
  Phase phase_ = Phase::receiving;
  std::size_t counted_body_ = 0;  // of host_.large_bodies
  std::size_t served_ = 0;
  std::size_t pipelined_ = 0;
  EventSink* sink_ = nullptr;  // while streaming
  std::list<Connection*>::iterator place_;
  bool waiting_ = true;
};

}  // namespace watchbill::http
