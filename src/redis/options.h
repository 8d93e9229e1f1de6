// Where Redis is and how to talk to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "redis/outage.h"

namespace watchbill::redis {

struct Endpoint {
  std::string host;
  std::uint16_t port = 6379;

  // "host:port", an IPv6 address in brackets.
  std::string text() const;
  bool operator==(const Endpoint&) const = default;
  auto operator<=>(const Endpoint&) const = default;
};

struct Credentials {
  std::string user;  // empty: the default user
  std::string password;
};

struct TlsOptions {
  bool verify = true;
  std::string ca_file;           // PEM; empty: the system's authorities
  std::string certificate_file;  // PEM, for servers that want to know the client
  std::string key_file;
  std::string server_name;  // SNI and the name that is verified; empty: the host
};

enum class Topology { standalone, sentinel, cluster };

struct Options {
  Topology topology = Topology::standalone;
  std::vector<Endpoint> endpoints{
      {"127.0.0.1", 6379}};  // of the server, the sentinels, or some cluster nodes
  std::string master;        // its name, for Sentinel
  std::optional<Credentials> credentials;
  std::optional<Credentials> sentinel_credentials;
  int database = 0;
  std::optional<TlsOptions> tls;
  std::string client_name;  // CLIENT SETNAME; empty: none
  std::string prefix;       // from `?prefix=`: of BullMQ's keys; nothing that redis/ itself uses

  base::Millis connect_timeout{5000};  // until a connection is ready for commands
  base::Millis command_timeout{5000};  // until the reply; the wait for a connection counts
  base::Millis blocking_margin{2000};  // how much later than its block time a blocking read is given up
  base::Millis min_backoff{50};        // between attempts to connect, doubling, with jitter
  base::Millis max_backoff{1000};
  std::size_t max_reply_bytes = 512u << 20;

  // Of all who connect with a copy of these.
  std::shared_ptr<Outage> outage = std::make_shared<Outage>();

  // A line fit for logs: no password.
  std::string describe() const;
};

// redis://[[user]:password@]host[:port][/database], rediss:// for TLS,
// redis-sentinel://h1:p1,h2:p2/master[/db] (rediss-sentinel://), redis-cluster://h1:p1,h2:p2
// (rediss-cluster://). Parameters: prefix, db, client_name, and for TLS ca, cert, key, sni, verify=no; for
// Sentinel sentinel_user, sentinel_password. Reserved characters in user and password are percent-encoded.
// Throws std::invalid_argument with one line that says what is wrong and never shows the password.
Options parse_url(std::string_view url);

}  // namespace watchbill::redis
