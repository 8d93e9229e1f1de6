// c-ares on the reactor.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "probe/address_guard.h"
#include "probe/socket_watch.h"

struct ares_channeldata;
struct ares_addrinfo;

namespace watchbill::probe {

struct DnsAnswer {
  enum class Status {
    found,
    not_found,  // the name does not exist, or has no address
    failed,     // no usable answer from our name servers
  };
  Status status = Status::failed;
  std::vector<Address> addresses;  // IPv4 first, at most 32
  std::chrono::seconds ttl{0};     // the shortest on the way; of a negative answer: 0
  std::string problem;             // of a failed one, for people: "server failure"
};

// Reactor thread only.
class DnsChannel {
 public:
  using Callback = std::function<void(DnsAnswer)>;

  // `servers` as in ProbeOptions. Without any, those of the system, and its hosts file goes first; a change
  // of /etc/resolv.conf is noticed when no lookup is under way.
  DnsChannel(base::asio::any_io_executor executor, std::string servers);
  // Drops the callbacks of unfinished lookups.
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // Asks for IPv4 and IPv6 addresses of exactly this name (no search domains). `callback` is called once,
  // perhaps before this returns.
  void lookup(const std::string& name, Callback callback);

 private:
  struct Query;

  static void on_answer(void* query, int status, int timeouts, ares_addrinfo* found);
  ares_channeldata* open();
  void close();
  void reopen_if_changed();
  void process(int readable, int writable);
  void arm();

  const std::string servers_;
  ares_channeldata* channel_ = nullptr;
  std::size_t running_ = 0;
  std::int64_t configuration_ = 0;  // which resolv.conf the channel was made from
  bool closing_ = false;
  SocketWatch sockets_;
  base::asio::steady_timer timer_;
  std::shared_ptr<DnsChannel*> self_;  // emptied when this is destroyed, for handlers that come later
};

}  // namespace watchbill::probe
