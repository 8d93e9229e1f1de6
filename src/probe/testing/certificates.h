// Certificates made on the spot: an authority of the test's own, and servers' certificates that it signed.
#pragma once

#include <openssl/types.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace watchbill::probe::testing {

struct CertificateWish {
  std::string name = "IP:127.0.0.1";  // as OpenSSL writes it: "DNS:example.com,IP:127.0.0.1"
  int valid_from_days = -1;
  int valid_to_days = 30;
  bool self_signed = false;
};

class Authority {
 public:
  Authority();
  ~Authority();

  // A file with the authority's certificate; removed with this object.
  const std::string& file() const { return file_; }

  // What a server needs to show a certificate like this.
  std::shared_ptr<boost::asio::ssl::context> server(const CertificateWish& wish) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string file_;
};

}  // namespace watchbill::probe::testing
