#include "probe/dns_channel.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>

#include <boost/asio/ip/address.hpp>
#include <cstring>
#include <stdexcept>

namespace watchbill::probe {

namespace {

constexpr int kTryMs = 1500;
constexpr int kTries = 2;
// How late a try may be given up. c-ares could tell the time of the next one, but looks through all of its
// questions for that, at every packet.
constexpr std::chrono::milliseconds kTick{100};

template <class Bytes, class AddressOfFamily>
void append_addresses(DnsAnswer& answer, const hostent& host) {
  for (char** each = host.h_addr_list; *each; ++each) {
    Bytes bytes;
    std::memcpy(bytes.data(), *each, bytes.size());
    answer.addresses.push_back(AddressOfFamily(bytes));
  }
}

// Of ttl 0: the file is read each time.
DnsAnswer ask_hosts_file(ares_channeldata* channel, const std::string& name) {
  using boost::asio::ip::address_v4, boost::asio::ip::address_v6;
  DnsAnswer answer;
  answer.status = DnsAnswer::Status::not_found;
  for (const int family : {AF_INET, AF_INET6}) {
    hostent* host = nullptr;
    if (ares_gethostbyname_file(channel, name.c_str(), family, &host) != ARES_SUCCESS) continue;
    const std::unique_ptr<hostent, void (*)(hostent*)> owner(host, ares_free_hostent);
    answer.status = DnsAnswer::Status::found;
    if (host->h_addrtype == AF_INET)
      append_addresses<address_v4::bytes_type, address_v4>(answer, *host);
    else
      append_addresses<address_v6::bytes_type, address_v6>(answer, *host);
  }
  return answer;
}

ares_channeldata* open(const DnsServers& servers, ares_options options, int mask) {
  std::string resolv_conf = servers.resolv_conf;
  options.resolvconf_path = resolv_conf.data();
  // Only ares_query() is used, which asks for the name as it stands; c-ares#637: other calls do not heed
  // these.
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.udp_port = options.tcp_port = servers.port;
  options.timeout = kTryMs;
  options.tries = kTries;
  mask |= ARES_OPT_RESOLVCONF | ARES_OPT_FLAGS | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT | ARES_OPT_TIMEOUTMS |
          ARES_OPT_TRIES;
  ares_channeldata* opened = nullptr;
  if (const int error = ares_init_options(&opened, &options, mask); error != ARES_SUCCESS)
    throw std::runtime_error(std::string("c-ares: ") + ares_strerror(error));
  if (!servers.list.empty() && ares_set_servers_ports_csv(opened, servers.list.c_str()) != ARES_SUCCESS) {
    ares_destroy(opened);
    throw std::runtime_error("not a list of name servers: " + servers.list);
  }
  return opened;
}

}  // namespace

struct DnsChannel::Lookup {
  Callback callback;
  DnsAnswer v4;
  DnsAnswer v6;
  int missing = 2;
};

struct DnsChannel::Question {
  DnsChannel& channel;
  std::shared_ptr<Lookup> lookup;
  bool v6;
};

DnsChannel::DnsChannel(base::asio::any_io_executor executor, const DnsServers& servers)
    : hosts_file_(servers.list.empty()),
      sockets_(executor,
               [this](int socket, bool readable, bool writable) {
                 ares_process_fd(channel_, readable ? socket : ARES_SOCKET_BAD,
                                 writable ? socket : ARES_SOCKET_BAD);
               }),
      timer_(executor),
      self_(std::make_shared<DnsChannel*>(this)) {
  static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
  if (ready != ARES_SUCCESS) throw std::runtime_error("c-ares cannot be initialised");
  ares_options options{};
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsChannel*>(self)->sockets_.watch(socket, readable != 0, writable != 0);
  };
  channel_ = open(servers, options, ARES_OPT_SOCK_STATE_CB);
}

DnsChannel::~DnsChannel() {
  *self_ = nullptr;
  closing_ = true;
  ares_destroy(channel_);  // ends every question
}

void DnsChannel::lookup(const std::string& name, Callback callback) {
  if (hosts_file_)
    if (auto known = ask_hosts_file(channel_, name); known.status == DnsAnswer::Status::found)
      return callback(std::move(known));
  const auto lookup = std::make_shared<Lookup>();
  lookup->callback = std::move(callback);
  ask(lookup, name, false);
  ask(lookup, name, true);
  if (!ticking_) tick();
}

void DnsChannel::ask(const std::shared_ptr<Lookup>& lookup, const std::string& name, bool v6) {
  ++questions_;
  ares_query(channel_, name.c_str(), ns_c_in, v6 ? ns_t_aaaa : ns_t_a, &DnsChannel::on_reply,
             new Question{*this, lookup, v6});
}

void DnsChannel::on_reply(void* data, int status, int, unsigned char* bytes, int size) {
  const std::unique_ptr<Question> question(static_cast<Question*>(data));
  --question->channel.questions_;
  if (question->channel.closing_) return;
  auto& lookup = *question->lookup;
  (question->v6 ? lookup.v6 : lookup.v4) = read_reply(question->v6, status, bytes, size);
  if (--lookup.missing == 0) lookup.callback(join(std::move(lookup.v4), std::move(lookup.v6)));
}

void DnsChannel::tick() {
  ticking_ = !idle();
  if (!ticking_) return;
  timer_.expires_after(kTick);
  timer_.async_wait([self = self_](boost::system::error_code) {
    if (!*self) return;
    ares_process_fd((*self)->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    (*self)->tick();
  });
}

}  // namespace watchbill::probe
