// Certificates for servers of tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace watchbill::support {

// An authority and the certificate of one server, as PEM files in a temporary folder.
class Certificates {
 public:
  // `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:localhost".
  explicit Certificates(const std::string& names = "IP:127.0.0.1,DNS:localhost");

  std::string ca() const { return file("ca.crt"); }
  std::string certificate() const { return file("server.crt"); }
  std::string key() const { return file("server.key"); }

  // For a RedisServer that also listens on `port` for TLS, and asks clients for no certificate.
  std::vector<std::string> server_arguments(std::uint16_t port) const;

 private:
  std::string file(const char* name) const { return (folder_.path() / name).string(); }

  const TempFolder folder_;
};

}  // namespace watchbill::support
