#include "tests/support/certificates.h"

#include "tests/support/process.h"

namespace watchbill::support {

Certificates::Certificates(const std::string& names) {
  const std::vector<std::string> new_key{
      "openssl", "req",   "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
      "-nodes",  "-days", "2"};
  auto authority = new_key;
  for (const auto& word : {std::string("-subj"), std::string("/CN=test authority"), std::string("-keyout"),
                           file("ca.key"), std::string("-out"), ca()})
    authority.push_back(word);
  run_command(authority);
  auto server = new_key;
  for (const auto& word :
       {std::string("-subj"), std::string("/CN=test server"), std::string("-addext"),
        "subjectAltName=" + names, std::string("-addext"), std::string("basicConstraints=critical,CA:FALSE"),
        std::string("-CA"), ca(), std::string("-CAkey"), file("ca.key"), std::string("-keyout"), key(),
        std::string("-out"), certificate()})
    server.push_back(word);
  run_command(server);
}

std::vector<std::string> Certificates::server_arguments(std::uint16_t port) const {
  return {"--tls-port",         std::to_string(port),
          "--tls-cert-file",    certificate(),
          "--tls-key-file",     key(),
          "--tls-ca-cert-file", ca(),
          "--tls-auth-clients", "no"};
}

}  // namespace watchbill::support
