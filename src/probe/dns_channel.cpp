#include "probe/dns_channel.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "base/log.h"

namespace watchbill::probe {

namespace {

constexpr std::size_t kMostAddresses = 32;
constexpr int kTryMs = 1500;
constexpr int kTries = 2;

// Changes with every replacement of the file.
std::int64_t configuration_of_the_system() {
  struct stat info {};
  if (::stat("/etc/resolv.conf", &info) != 0) return 0;
  return info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec + static_cast<std::int64_t>(info.st_ino);
}

Address address_of(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, node.ai_addr, sizeof v4);
    return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, node.ai_addr, sizeof v6);
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return boost::asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

DnsAnswer found_answer(const ares_addrinfo& info) {
  DnsAnswer answer;
  answer.status = DnsAnswer::Status::found;
  int ttl = std::numeric_limits<int>::max();
  for (const auto* node = info.nodes; node; node = node->ai_next) {
    if (answer.addresses.size() == kMostAddresses) break;
    answer.addresses.push_back(address_of(*node));
    ttl = std::min(ttl, node->ai_ttl);
  }
  for (const auto* alias = info.cnames; alias; alias = alias->next) ttl = std::min(ttl, alias->ttl);
  answer.ttl = std::chrono::seconds(std::max(ttl, 0));
  if (answer.addresses.empty()) answer.status = DnsAnswer::Status::not_found;
  // A machine without working IPv6 is common and costs a timeout where IPv6 goes first; the reverse is rare.
  std::stable_partition(answer.addresses.begin(), answer.addresses.end(),
                        [](const Address& address) { return address.is_v4(); });
  return answer;
}

DnsAnswer answer_of(int status, const ares_addrinfo* info) {
  if (status == ARES_SUCCESS && info) return found_answer(*info);
  DnsAnswer answer;
  if (status == ARES_ENOTFOUND || status == ARES_ENODATA)
    answer.status = DnsAnswer::Status::not_found;
  else
    answer.problem = ares_strerror(status);
  return answer;
}

}  // namespace

struct DnsChannel::Query {
  DnsChannel& channel;
  Callback callback;
};

DnsChannel::DnsChannel(base::asio::any_io_executor executor, std::string servers)
    : servers_(std::move(servers)),
      sockets_(executor,
               [this](int socket, bool readable, bool writable) {
                 process(readable ? socket : ARES_SOCKET_BAD, writable ? socket : ARES_SOCKET_BAD);
               }),
      timer_(executor),
      self_(std::make_shared<DnsChannel*>(this)) {
  if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
    throw std::runtime_error("c-ares cannot be initialised");
  channel_ = open();
}

DnsChannel::~DnsChannel() {
  *self_ = nullptr;
  close();
  ares_library_cleanup();
}

ares_channeldata* DnsChannel::open() {
  ares_options options{};
  options.flags = ARES_FLAG_NOSEARCH;
  options.timeout = kTryMs;
  options.tries = kTries;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsChannel*>(self)->sockets_.watch(socket, readable != 0, writable != 0);
  };
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  // A given server decides alone.
  char lookups[] = "b";
  options.lookups = lookups;
  if (!servers_.empty()) mask |= ARES_OPT_LOOKUPS;

  ares_channeldata* opened = nullptr;
  if (const int error = ares_init_options(&opened, &options, mask); error != ARES_SUCCESS)
    throw std::runtime_error(std::string("c-ares: ") + ares_strerror(error));
  if (!servers_.empty() && ares_set_servers_ports_csv(opened, servers_.c_str()) != ARES_SUCCESS) {
    ares_destroy(opened);
    throw std::runtime_error("not a list of name servers: " + servers_);
  }
  configuration_ = configuration_of_the_system();
  return opened;
}

void DnsChannel::close() {
  closing_ = true;
  ares_destroy(channel_);  // ends every query
  channel_ = nullptr;
  closing_ = false;
  timer_.cancel();
}

void DnsChannel::reopen_if_changed() {
  if (running_ > 0 || !servers_.empty() || configuration_of_the_system() == configuration_) return;
  try {
    auto* fresh = open();
    close();
    channel_ = fresh;
  } catch (const std::exception& e) {
    // The old servers may still answer; the next change is another chance.
    configuration_ = configuration_of_the_system();
    base::log::warning("name servers not reloaded", {{"error", e.what()}});
  }
}

void DnsChannel::lookup(const std::string& name, Callback callback) {
  reopen_if_changed();
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NOSORT;  // sorting would open a socket per address
  ++running_;
  ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, &DnsChannel::on_answer,
                   new Query{*this, std::move(callback)});
  arm();
}

void DnsChannel::on_answer(void* data, int status, int, ares_addrinfo* found) {
  const std::unique_ptr<Query> query(static_cast<Query*>(data));
  const std::unique_ptr<ares_addrinfo, void (*)(ares_addrinfo*)> owner(found, ares_freeaddrinfo);
  --query->channel.running_;
  if (!query->channel.closing_) query->callback(answer_of(status, found));
}

void DnsChannel::process(int readable, int writable) {
  ares_process_fd(channel_, readable, writable);
  arm();
}

void DnsChannel::arm() {
  timeval room;
  const timeval* next = ares_timeout(channel_, nullptr, &room);
  if (!next) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::seconds(next->tv_sec) + std::chrono::microseconds(next->tv_usec));
  timer_.async_wait([self = self_](boost::system::error_code cancelled) {
    if (!cancelled && *self) (*self)->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

}  // namespace watchbill::probe
