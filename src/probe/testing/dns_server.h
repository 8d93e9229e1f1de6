// A name server on this machine that answers from a table, over UDP and, for what does not fit there, over
// TCP.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/task_group.h"
#include "tests/support/reactor.h"

namespace watchbill::probe::testing {

struct DnsZone {
  enum class Rcode { ok = 0, server_failure = 2, name_error = 3, refused = 5 };

  std::vector<std::string> addresses = {};  // IPv4 and IPv6
  std::uint32_t ttl = 60;
  Rcode rcode = Rcode::ok;  // of both families' questions
  // Of the questions for one, where they differ.
  std::optional<Rcode> v4_rcode = {};
  std::optional<Rcode> v6_rcode = {};
  bool silent = false;  // never answers
  std::chrono::milliseconds delay{0};
  std::string alias = {};  // a CNAME to another name of the table, answered with its addresses
  std::uint32_t alias_ttl = 60;
};

class DnsServer {
 public:
  // Port 0: a free one.
  explicit DnsServer(support::Reactor& reactor, const std::string& host = "127.0.0.1",
                     std::uint16_t port = 0);
  ~DnsServer();

  // "127.0.0.1:12345"
  std::string address() const;
  std::string host() const { return udp_.local_endpoint().address().to_string(); }
  std::uint16_t port() const { return udp_.local_endpoint().port(); }

  // Later calls replace what the name answers.
  void set(const std::string& name, DnsZone zone) { table_[name] = std::move(zone); }

  // Questions for A records of `name` so far.
  int asked(const std::string& name) const;

 private:
  void bind(const boost::asio::ip::address& host, std::uint16_t port);
  base::Task<> serve_udp();
  base::Task<> serve_tcp();
  base::Task<> answer_later(std::string answer, boost::asio::ip::udp::endpoint to,
                            std::chrono::milliseconds delay);
  base::Task<> serve_connection(boost::asio::ip::tcp::socket socket);
  // Empty: no answer.
  std::string reply(const std::string& query, bool tcp);

  support::Reactor& reactor_;
  boost::asio::ip::udp::socket udp_;
  boost::asio::ip::tcp::acceptor tcp_;
  base::TaskGroup tasks_;
  std::map<std::string, DnsZone> table_;
  std::map<std::string, int> asked_;
};

}  // namespace watchbill::probe::testing
