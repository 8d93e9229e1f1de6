// A server on 127.0.0.1 that says exactly what a test tells it to, byte by byte, in clear text or over TLS.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/task_group.h"
#include "tests/support/reactor.h"

namespace watchbill::probe::testing {

struct Step {
  enum class What {
    read,   // a request's headers; what Content-Length announces comes with them
    take,   // whatever comes first
    send,   // `bytes`
    flood,  // `bytes` again and again until the peer is gone
    drip,   // `bytes`, one every 20 ms
    pause,  // nothing, for 60 ms
    hold,   // nothing, until the peer is gone
    reset,  // close with a TCP reset
  };
  What what = What::send;
  std::string bytes = {};
};

// After its last step the connection is closed.
using Script = std::vector<Step>;

inline Step read_request() { return {Step::What::read}; }
inline Step take() { return {Step::What::take}; }
inline Step say(std::string bytes) { return {Step::What::send, std::move(bytes)}; }
inline Step flood(std::string bytes) { return {Step::What::flood, std::move(bytes)}; }
inline Step drip(std::string bytes) { return {Step::What::drip, std::move(bytes)}; }
inline Step pause() { return {Step::What::pause}; }
inline Step hold() { return {Step::What::hold}; }
inline Step break_off() { return {Step::What::reset}; }

// Reads a request and answers it.
Script answer(std::string bytes);
// "HTTP/1.1 <status>\r\nContent-Length: …\r\n<headers>\r\n<body>"; each header ends with \r\n.
Script respond(const std::string& status, const std::string& body = "", const std::string& headers = "");
Script redirect_to(const std::string& location, const std::string& status = "302 Found");

class ScriptedServer {
 public:
  // Plays `script` on each connection; with `tls` after a handshake.
  ScriptedServer(support::Reactor& reactor, Script script,
                 std::shared_ptr<boost::asio::ssl::context> tls = nullptr,
                 const std::string& address = "127.0.0.1");
  ~ScriptedServer();

  // Requests of this path get a script of their own from the next step on after `read`.
  void on(const std::string& path, Script rest) { paths_[path] = std::move(rest); }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string url(const std::string& path = "/") const;

  std::size_t connections() const { return connections_; }
  std::size_t open() const { return open_; }
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  template <class Stream>
  struct Session;

  base::Task<> accept();
  base::Task<> serve(boost::asio::ip::tcp::socket socket);
  template <class Stream>
  base::Task<> play(Stream& stream);
  template <class Stream>
  base::Task<> perform(Stream& stream, Step step);
  template <class Stream>
  base::Task<> read(Stream& stream, Script& rest);

  support::Reactor& reactor_;
  const Script script_;
  const std::shared_ptr<boost::asio::ssl::context> tls_;
  std::map<std::string, Script> paths_;
  boost::asio::ip::tcp::acceptor acceptor_;
  base::TaskGroup tasks_;
  std::size_t connections_ = 0;
  std::size_t open_ = 0;
  std::vector<std::string> requests_;
};

// A port of 127.0.0.1 on which nobody listens.
std::uint16_t closed_port(support::Reactor& reactor);

}  // namespace watchbill::probe::testing
