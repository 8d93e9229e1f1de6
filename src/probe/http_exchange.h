// One HTTP request and its answer, over one fresh connection to one address that was checked.
#pragma once

#include <openssl/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "base/time.h"
#include "domain/verdict.h"
#include "probe/alarm.h"
#include "probe/failure.h"
#include "probe/http_codings.h"
#include "probe/http_request.h"
#include "probe/kind.h"

namespace watchbill::probe {

struct HttpAnswer {
  std::optional<Failure> failure;  // none: the answer came, or as much of it as was wanted
  int status = 0;
  std::string location;  // the last Location header, if any
  domain::PhaseTimes times;
  std::optional<base::Timestamp> certificate_expires;  // the server's own, trusted or not
};

// Who reads the body.
class BodySink {
 public:
  // Called with each piece, decompressed; false: enough, the exchange is over. May throw std::bad_alloc,
  // nothing else.
  virtual bool take(std::string_view piece, int status) = 0;

 protected:
  ~BodySink() = default;
};

class HttpExchange final : private CurlReactor::Listener {
 public:
  // All three must outlive the exchange, `request` unchanged.
  HttpExchange(Surroundings& around, const HttpRequest& request, BodySink& sink);
  ~HttpExchange();

  // Once. Ends when `total` is over at the latest. Cancellation, and destruction, end the transfer at once.
  base::Task<HttpAnswer> run(base::Monotonic started, base::Millis total);

 private:
  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t socket);
  static std::size_t on_header(const char* data, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static CURLcode on_tls(CURL*, void* context, void* self);
  static int on_certificate(X509_STORE_CTX* store, void* self);

  void set_callbacks();
  void ended(CURLcode result) override;

  base::Task<> wait(base::Monotonic started, base::Millis total);
  domain::Phase phase() const;
  struct Limit {
    domain::Phase phase;
    base::Monotonic until;
    base::Millis length;
  };
  Limit limit(base::Monotonic started, base::Millis total) const;
  Limit limit_of(domain::Phase phase) const;
  std::optional<Failure> failure() const;
  domain::PhaseTimes times() const;
  std::optional<Failure> too_large() const;
  std::size_t most_received() const;
  std::chrono::microseconds info(CURLINFO which) const;
  int status() const;

  Surroundings& around_;
  const HttpRequest& request_;
  BodySink& sink_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  HttpRequestLists lists_;
  Alarm wake_;
  base::Monotonic begun_;
  std::optional<CURLcode> result_;
  std::optional<Failure> own_;  // seen by a callback or by the clock, goes before libcurl's result
  std::optional<base::Timestamp> certificate_expires_;
  std::optional<base::Monotonic> tls_begun_;
  std::string refused_certificate_;  // why, if it was
  HttpCodings codings_{request_.decode};
  std::size_t header_bytes_ = 0;
  std::size_t received_ = 0;  // by the connection, if it was closed before the headers were complete
  int socket_ = -1;
  unsigned steps_ = 0;
  bool headers_complete_ = false;
  bool enough_ = false;         // the sink wants no more
  CurlReactor::Handle handle_;  // last: ends the transfer before what its callbacks use is gone
};

}  // namespace watchbill::probe
