#include "probe/testing/dns_server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "probe/testing/accept.h"
#include "probe/testing/stop.h"

namespace watchbill::probe::testing {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using base::Task;

constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kCname = 5;
constexpr std::uint16_t kAaaa = 28;
constexpr std::size_t kHeader = 12;
constexpr std::size_t kMostUdp = 512;

void put16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xFFFF);
}

std::size_t get16(const std::string& in, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(in[at])) << 8 |
         static_cast<unsigned char>(in[at + 1]);
}

std::string labels(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto end = std::min(name.find('.'), name.size());
    out += static_cast<char>(end);
    out += name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return out + '\0';
}

std::string record(std::string_view name, std::uint16_t type, std::uint32_t ttl, const std::string& data) {
  auto out = labels(name);
  put16(out, type);
  put16(out, 1);
  put32(out, ttl);
  put16(out, data.size());
  return out + data;
}

std::string address_record(std::string_view name, const std::string& text, std::uint16_t type,
                           std::uint32_t ttl) {
  const auto address = asio::ip::make_address(text);
  if (address.is_v4() != (type == kA)) return {};
  std::string data;
  if (address.is_v4())
    for (auto byte : address.to_v4().to_bytes()) data += static_cast<char>(byte);
  else
    for (auto byte : address.to_v6().to_bytes()) data += static_cast<char>(byte);
  return record(name, type, ttl, data);
}

struct Question {
  std::string name;
  std::uint16_t type = 0;
  std::string bytes;
};

Question question_of(const std::string& query) {
  Question question;
  std::size_t at = kHeader;
  while (query.at(at) != 0) {
    const auto length = static_cast<std::size_t>(query[at]);
    question.name += (question.name.empty() ? "" : ".") + query.substr(at + 1, length);
    at += length + 1;
  }
  question.type = static_cast<std::uint16_t>(get16(query, at + 1));
  question.bytes = query.substr(kHeader, at + 5 - kHeader);
  return question;
}

}  // namespace

DnsServer::DnsServer(support::Reactor& reactor, const std::string& host, std::uint16_t port)
    : reactor_(reactor), udp_(reactor.executor()), tcp_(reactor.executor()), tasks_(reactor.executor()) {
  bind(asio::ip::make_address(host), port);
  tasks_.spawn("udp", serve_udp());
  tasks_.spawn("tcp", serve_tcp());
}

DnsServer::~DnsServer() { reactor_.run(stop(tasks_)); }

// One port for both; the one that TCP gets may be taken for UDP.
void DnsServer::bind(const asio::ip::address& host, std::uint16_t port) {
  boost::system::error_code taken;
  do {
    tcp_ = tcp::acceptor(reactor_.executor(), tcp::endpoint(host, port));
    udp_ = udp::socket(reactor_.executor(), udp::v4());
    udp_.bind(udp::endpoint(host, tcp_.local_endpoint().port()), taken);
  } while (taken && port == 0);
  if (taken) throw boost::system::system_error(taken);
}

std::string DnsServer::address() const { return fmt::format("{}:{}", host(), port()); }

int DnsServer::asked(const std::string& name) const {
  const auto count = asked_.find(name);
  return count == asked_.end() ? 0 : count->second;
}

Task<> DnsServer::serve_udp() {
  std::array<char, 2048> buffer;
  for (;;) {
    udp::endpoint from;
    const auto size = co_await udp_.async_receive_from(asio::buffer(buffer), from, asio::use_awaitable);
    const std::string query(buffer.data(), size);
    const auto answer = reply(query, false);
    const auto asked = table_.find(question_of(query).name);
    const auto delay = asked == table_.end() ? std::chrono::milliseconds(0) : asked->second.delay;
    if (delay.count() > 0)
      tasks_.spawn("answer", answer_later(answer, from, delay));
    else if (!answer.empty())
      co_await udp_.async_send_to(asio::buffer(answer), from, asio::use_awaitable);
  }
}

Task<> DnsServer::answer_later(std::string answer, udp::endpoint to, std::chrono::milliseconds delay) {
  asio::steady_timer timer(reactor_.executor(), delay);
  co_await timer.async_wait(asio::use_awaitable);
  co_await udp_.async_send_to(asio::buffer(answer), to, asio::use_awaitable);
}

Task<> DnsServer::serve_tcp() {
  for (;;) {
    auto socket = co_await next_connection(tcp_);
    tasks_.spawn("connection", serve_connection(std::move(socket)));
  }
}

Task<> DnsServer::serve_connection(tcp::socket socket) {
  try {
    for (;;) {
      std::string size(2, '\0');
      co_await asio::async_read(socket, asio::buffer(size), asio::use_awaitable);
      std::string query(get16(size, 0), '\0');
      co_await asio::async_read(socket, asio::buffer(query), asio::use_awaitable);
      const auto answer = reply(query, true);
      std::string framed;
      put16(framed, answer.size());
      framed += answer;
      co_await asio::async_write(socket, asio::buffer(framed), asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
  }
}

std::string DnsServer::reply(const std::string& query, bool tcp) {
  const auto question = question_of(query);
  if (question.type == kA) ++asked_[question.name];
  const auto found = table_.find(question.name);
  const DnsZone zone = found == table_.end() ? DnsZone{.rcode = DnsZone::Rcode::name_error} : found->second;
  if (zone.silent) return {};
  const auto rcode = (question.type == kA ? zone.v4_rcode : zone.v6_rcode).value_or(zone.rcode);

  std::vector<std::string> records;
  auto owner = question.name;
  auto addresses = zone;
  if (!zone.alias.empty()) {
    records.push_back(record(owner, kCname, zone.alias_ttl, labels(zone.alias)));
    owner = zone.alias;
    addresses = table_[zone.alias];
  }
  for (const auto& address : addresses.addresses) {
    if (rcode != DnsZone::Rcode::ok) break;
    auto one = address_record(owner, address, question.type, addresses.ttl);
    if (!one.empty()) records.push_back(std::move(one));
  }

  std::string body = question.bytes;
  for (const auto& one : records) body += one;
  const bool truncated = !tcp && kHeader + body.size() > kMostUdp;
  if (truncated) {
    records.clear();
    body = question.bytes;
  }
  std::string answer = query.substr(0, 2);
  put16(answer, 0x8180u | (truncated ? 0x0200u : 0u) | static_cast<unsigned>(rcode));
  for (const std::size_t count : {std::size_t{1}, records.size(), std::size_t{0}, std::size_t{0}})
    put16(answer, count);
  return answer + body;
}

}  // namespace watchbill::probe::testing
