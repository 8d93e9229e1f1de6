// How a MySQL or MariaDB server is reached: its URL, as Prisma writes it.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace watchbill::store::mysql {

enum class Tls {
  off,
  encrypted,  // whoever the server is
  verified,   // its certificate must fit a known authority and the host's name
};

struct MysqlOptions {
  std::string host;
  std::uint16_t port = 3306;
  std::string socket;  // path; instead of host and port
  std::string user;
  std::string password;
  std::string database;
  Tls tls = Tls::off;
  std::string ca, certificate, key;  // files
  base::Millis connect_timeout{5000};
  base::Millis answer_timeout{10000};  // beyond the time that a statement may wait for a lock
  std::size_t connections = 4;         // at most, of one process
};

// mysql://USER:PASSWORD@HOST:PORT/DATABASE (or mariadb://), user and password percent-encoded, with these
// parameters:
//   connection_limit=N   1 to 64
//   connect_timeout=S, socket_timeout=S     1 to 600
//   socket=PATH
//   sslaccept=strict | accept_invalid_certs (Prisma), sslmode=disabled | required | verify
//   sslcert=FILE         of the authority (Prisma); ssl_ca=FILE means the same
//   ssl_client_cert=FILE, ssl_client_key=FILE
//   pool_timeout, charset, timezone are Prisma's and change nothing here
// Throws Error with one line that shows no password.
MysqlOptions parse_mysql_url(const std::string& url);

}  // namespace watchbill::store::mysql
