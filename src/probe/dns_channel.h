// c-ares on the reactor.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/task.h"
#include "probe/dns_answer.h"
#include "probe/socket_watch.h"

struct ares_channeldata;

namespace watchbill::probe {

// Which name servers to ask.
struct DnsServers {
  std::string list;  // as in ProbeOptions; they decide alone
  // Without a list: those named here, and this machine's hosts file goes first.
  std::string resolv_conf = "/etc/resolv.conf";
  std::uint16_t port = 53;  // where none is given
};

// One set of name servers, as it was when this was made. Reactor thread only.
class DnsChannel {
 public:
  using Callback = std::function<void(DnsAnswer)>;

  // Throws std::runtime_error when there is no using `servers`.
  DnsChannel(base::asio::any_io_executor executor, const DnsServers& servers);
  // Drops the callbacks of unfinished lookups.
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // Asks for IPv4 and IPv6 addresses of exactly this name (no search domains). `callback` is called once,
  // perhaps before this returns; it must not destroy this channel.
  void lookup(const std::string& name, Callback callback);

  bool idle() const { return questions_ == 0; }

 private:
  struct Lookup;
  struct Question;

  static void on_reply(void* question, int status, int timeouts, unsigned char* bytes, int size);
  void ask(const std::shared_ptr<Lookup>& lookup, const std::string& name, bool v6);
  void tick();

  const bool hosts_file_;
  ares_channeldata* channel_ = nullptr;
  std::size_t questions_ = 0;  // without a reply
  bool closing_ = false;
  bool ticking_ = false;
  SocketWatch sockets_;
  base::asio::steady_timer timer_;
  std::shared_ptr<DnsChannel*> self_;  // emptied when this is destroyed, for handlers that come later
};

}  // namespace watchbill::probe
