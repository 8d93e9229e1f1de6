// Readiness of sockets that a C library (libcurl, c-ares) owns, on Asio.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/task.h"

namespace watchbill::probe {

// An epoll set which is itself one descriptor of the reactor. Asio's own descriptors would cost a
// registration, a handler and a re-arming system call per wait and socket; here a wake-up serves all sockets
// that are ready, and a socket that is closed needs no farewell. Reactor thread only. Keeps the reactor
// running only while something is watched.
class SocketWatch {
 public:
  // May call watch() and close sockets; may be called once more for a socket forgotten in the same wake-up.
  using OnReady = std::function<void(int socket, bool readable, bool writable)>;

  SocketWatch(base::asio::any_io_executor executor, OnReady on_ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // From now on waits for exactly this; for nothing: forgets the socket. Errors and hang-ups are reported as
  // both readable and writable. False: the system has no memory for it.
  bool watch(int socket, bool readable, bool writable);

 private:
  void wait();
  void dispatch();

  base::asio::posix::stream_descriptor epoll_;
  OnReady on_ready_;
  std::unordered_map<int, std::uint32_t> watched_;  // socket -> events
  bool waiting_ = false;
  std::shared_ptr<SocketWatch*> self_;  // emptied when this is destroyed, for handlers that come later
};

}  // namespace watchbill::probe
