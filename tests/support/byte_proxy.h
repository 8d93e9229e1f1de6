// Stands between a client and a server, and spoils the way when a test says so.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <string>
#include <utility>

#include "base/task_group.h"

namespace watchbill::support {

// Runs on the test's reactor. stop() must have completed before destruction.
class ByteProxy {
 public:
  // Passes connections to `target` of 127.0.0.1, from a port of its own.
  ByteProxy(boost::asio::any_io_executor executor, std::uint16_t target);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void start();
  base::Task<> stop();

  void pass() { mode_ = Mode::pass; }
  // One byte at a time from the server to the client.
  void chop() { mode_ = Mode::chop; }
  // Replies are lost from now on, commands still arrive.
  void drop_replies() { mode_ = Mode::drop_replies; }
  // Half-open: nothing arrives on either side, and nobody is told. New connections are accepted.
  void swallow() { mode_ = Mode::swallow; }
  // Closes all connections.
  void cut();
  // Once: the client's connection ends when it sends the next command that ends with `text`, before or after
  // the server has got that.
  void cut_before(std::string text) { cut_at_ = {std::move(text), false}; }
  void cut_after(std::string text) { cut_at_ = {std::move(text), true}; }

  std::size_t accepted() const { return accepted_; }
  // Bytes that clients sent, whatever became of them.
  std::size_t received() const { return received_; }

 private:
  enum class Mode { pass, chop, drop_replies, swallow };
  using Socket = boost::asio::ip::tcp::socket;
  struct Pair {
    Socket client;
    Socket server;
    bool is_deserted = false;
  };
  struct CutAt {
    std::string text;  // empty: nowhere
    bool is_sent = false;
  };

  base::Task<> accept();
  base::Task<> serve(std::list<Pair>::iterator pair);
  base::Task<> carry_commands(Pair& pair);
  base::Task<> carry_replies(Pair& pair);
  static void close(Pair& pair);

  boost::asio::any_io_executor executor_;
  boost::asio::ip::tcp::acceptor acceptor_;
  const std::uint16_t target_;
  Mode mode_ = Mode::pass;
  CutAt cut_at_;
  std::list<Pair> pairs_;
  std::size_t accepted_ = 0;
  std::size_t received_ = 0;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::support
