#include "probe/testing/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "base/id.h"

namespace watchbill::probe::testing {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

constexpr long kDay = 24 * 60 * 60;

Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void extend(X509* certificate, X509* issuer, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
  if (!extension) throw std::runtime_error("certificate extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate new_certificate(EVP_PKEY* key, const std::string& name, long from_days, long to_days) {
  static long serial = 0;
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  // A minute more, so that a test that counts whole days is not at the edge.
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_days * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_days * kDay + 60);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

Authority::Authority()
    : key_(new_key()), certificate_(new_certificate(key_.get(), "authority " + base::new_id(), -100, 1000)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_.get(), certificate_.get(), NID_subject_key_identifier, "hash");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  char path[] = "/tmp/watchbill-authority-XXXXXX";
  const int descriptor = mkstemp(path);
  if (descriptor < 0) throw std::runtime_error("no temporary file");
  std::FILE* file = fdopen(descriptor, "w");
  PEM_write_X509(file, certificate_.get());
  std::fclose(file);
  file_ = path;
}

Authority::~Authority() { ::unlink(file_.c_str()); }

std::shared_ptr<boost::asio::ssl::context> Authority::server(const CertificateWish& wish) const {
  const auto key = new_key();
  const auto certificate =
      new_certificate(key.get(), "test server", wish.valid_from_days, wish.valid_to_days);
  X509* issuer = wish.self_signed ? certificate.get() : certificate_.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  extend(certificate.get(), issuer, NID_subject_alt_name, wish.name);
  X509_sign(certificate.get(), wish.self_signed ? key.get() : key_.get(), EVP_sha256());

  auto context = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  SSL_CTX_use_certificate(context->native_handle(), certificate.get());
  SSL_CTX_use_PrivateKey(context->native_handle(), key.get());
  return context;
}

}  // namespace watchbill::probe::testing
