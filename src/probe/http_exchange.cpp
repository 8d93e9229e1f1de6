#include "probe/http_exchange.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstring>
#include <ctime>
#include <new>

#include "probe/curl_failure.h"
#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::Cause;
using domain::Phase;
using std::chrono::microseconds;
using Endpoint = boost::asio::ip::tcp::endpoint;

std::optional<base::Timestamp> expiry_of(const X509* certificate) {
  std::tm end{};
  if (!certificate || !ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end)) return std::nullopt;
  return base::Timestamp(std::chrono::seconds(timegm(&end)));
}

// The C library's copy of the kernel's structure ends too early.
struct TcpInfo {
  tcp_info known;
  std::uint64_t pacing_rate;
  std::uint64_t most_pacing_rate;
  std::uint64_t bytes_acknowledged;
  std::uint64_t bytes_received;
};

std::size_t bytes_received(int socket) {
  TcpInfo info{};
  socklen_t size = sizeof info;
  return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.bytes_received : 0;
}

// Of the bytes received, those that nobody has read yet.
std::size_t bytes_waiting(int socket) {
  int size = 0;
  return ioctl(socket, FIONREAD, &size) == 0 ? static_cast<std::size_t>(size) : 0;
}

}  // namespace

HttpExchange::HttpExchange(Surroundings& around, const HttpRequest& request, BodySink& sink)
    : around_(around),
      request_(request),
      sink_(sink),
      wake_(around.executor, around.clock),
      handle_(around.curl) {
  lists_ = set_request(handle_.get(), request_, around_.options);
  set_callbacks();
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::set_callbacks() {
  CURL* easy = handle_.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &HttpExchange::on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &HttpExchange::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &HttpExchange::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpExchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &HttpExchange::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &HttpExchange::on_tls);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
}

// The last look at where the packets go, at the binary address itself.
curl_socket_t HttpExchange::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  Endpoint endpoint;
  if (address->addrlen > endpoint.capacity()) return CURL_SOCKET_BAD;
  std::memcpy(endpoint.data(), &address->addr, address->addrlen);
  const bool expected = endpoint == Endpoint(exchange.request_.address, exchange.request_.url.port) &&
                        !exchange.around_.guard.refusal(endpoint.address());
  if (!expected) {
    exchange.own_ = Failure{Cause::blocked, Phase::connect, "the target's address is not allowed"};
    return CURL_SOCKET_BAD;
  }
  const int socket =
      ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
  if (socket < 0) exchange.own_ = socket_failure(errno, Phase::connect, endpoint.address());
  exchange.socket_ = socket;
  return socket < 0 ? CURL_SOCKET_BAD : socket;
}

// A header line that never ends is reported by libcurl as lack of memory, without having been shown to
// on_header(): what the connection carried tells the two apart.
int HttpExchange::on_close(void* self, curl_socket_t socket) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  if (!exchange.headers_complete_) exchange.received_ = bytes_received(socket);
  exchange.socket_ = -1;
  return ::close(socket);
}

std::size_t HttpExchange::on_header(const char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  exchange.header_bytes_ += size;
  if (exchange.header_bytes_ > exchange.around_.options.header_cap) return 0;
  if (auto refused = exchange.codings_.refusal({data, size})) {
    exchange.own_ = Failure{Cause::bad_response, Phase::body, std::move(*refused)};
    return 0;
  }
  const bool end_of_block = size <= 2 && (data[0] == '\r' || data[0] == '\n');
  if (end_of_block && exchange.status() >= 200) exchange.headers_complete_ = true;
  return size;
}

std::size_t HttpExchange::on_body(const char* data, std::size_t, std::size_t size, void* self) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  try {
    if (exchange.sink_.take({data, size}, exchange.status())) return size;
    exchange.enough_ = true;
  } catch (const std::bad_alloc&) {  // libcurl's own frames are no place for it
    exchange.own_ = Failure{Cause::out_of_resources, Phase::body, "out of memory"};
  }
  return 0;
}

// What is neither header nor body (chunk extensions, compressed nothing) comes to no other callback. Asking
// the system each time, for 16 KiB mostly, would be dear.
int HttpExchange::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  if (++exchange.steps_ % 16 != 0 || exchange.socket_ < 0) return 0;
  const auto cap = exchange.most_received();
  // In this order: what comes in between must not count as read.
  const auto received = bytes_received(exchange.socket_);
  if (received <= cap + bytes_waiting(exchange.socket_)) return 0;
  exchange.own_ = Failure{Cause::too_large, Phase::body,
                          fmt::format("the answer is not complete after {} KiB", cap / 1024)};
  return 1;
}

// Eight bytes on the wire per byte that counts: chunks of one byte each need six.
std::size_t HttpExchange::most_received() const {
  const auto& options = around_.options;
  return 8 * (options.header_cap + (request_.decode ? options.body_cap : options.unread_body_cap));
}

// Both with and without verification OpenSSL asks here; without, it ignores the answer.
CURLcode HttpExchange::on_tls(CURL*, void* context, void* self) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  exchange.tls_begun_ = exchange.around_.clock.monotonic_now();
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), &HttpExchange::on_certificate, self);
  return CURLE_OK;
}

int HttpExchange::on_certificate(X509_STORE_CTX* store, void* self) {
  auto& exchange = *static_cast<HttpExchange*>(self);
  exchange.certificate_expires_ = expiry_of(X509_STORE_CTX_get0_cert(store));
  const int accepted = X509_verify_cert(store);
  if (accepted <= 0)
    exchange.refused_certificate_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return accepted;
}

void HttpExchange::ended(CURLcode result) {
  if (result_) return;
  result_ = result;
  wake_.ring();
}

base::Task<HttpAnswer> HttpExchange::run(base::Monotonic started, base::Millis total) {
  begun_ = around_.clock.monotonic_now();
  handle_.start(*this);
  co_await wait(started, total);
  HttpAnswer answer;
  answer.failure = failure();
  answer.status = status();
  answer.times = times();
  answer.certificate_expires = certificate_expires_;
  curl_header* location = nullptr;
  if (curl_easy_header(handle_.get(), "Location", 0, CURLH_HEADER, -1, &location) == CURLHE_OK)
    answer.location = location->value;
  co_return answer;
}

// One timer per exchange, woken at the earliest time at which the limit of any phase can be over; then it
// looks which phase runs. Mostly it is never woken.
base::Task<> HttpExchange::wait(base::Monotonic started, base::Millis total) {
  const auto& limits = around_.options.limits;
  const auto shortest = std::min({request_.connect_limit, limits.tls, limits.first_byte});
  while (!result_) {
    const auto [running, until, length] = limit(started, total);
    const auto now = around_.clock.monotonic_now();
    if (now < until) {
      co_await wake_.at(std::min(until, now + shortest));
      continue;
    }
    // What came meanwhile may still lie in the kernel.
    handle_.look_at(socket_);
    if (result_ || limit(started, total).until > now) continue;
    own_ = wake_.overslept() ? held_up(phase(), *wake_.overslept()) : timed_out(running, length);
    co_return;
  }
}

HttpExchange::Limit HttpExchange::limit(base::Monotonic started, base::Millis total) const {
  const auto own = limit_of(phase());
  return started + total <= own.until ? Limit{own.phase, started + total, total} : own;
}

// Only connection, handshake and first byte have limits of their own.
HttpExchange::Limit HttpExchange::limit_of(Phase phase) const {
  const auto& limits = around_.options.limits;
  switch (phase) {
    case Phase::connect:
      return {phase, begun_ + request_.connect_limit, request_.connect_limit};
    case Phase::tls:
      return {phase, *tls_begun_ + limits.tls, limits.tls};
    case Phase::first_byte:
      return {phase, begun_ + info(CURLINFO_PRETRANSFER_TIME_T) + limits.first_byte, limits.first_byte};
    default:
      return {phase, base::Monotonic::max(), base::Millis::max()};
  }
}

Phase HttpExchange::phase() const {
  if (info(CURLINFO_PRETRANSFER_TIME_T).count() == 0) return tls_begun_ ? Phase::tls : Phase::connect;
  if (info(CURLINFO_STARTTRANSFER_TIME_T).count() == 0) return Phase::first_byte;
  return Phase::body;
}

std::optional<Failure> HttpExchange::failure() const {
  if (own_) return own_;
  if (enough_ || *result_ == CURLE_OK) return std::nullopt;
  if (auto failure = too_large()) return failure;
  if (request_.verify_tls && !refused_certificate_.empty() && phase() == Phase::tls)
    return Failure{Cause::certificate_invalid, Phase::tls,
                   "the certificate is not accepted: " + refused_certificate_};
  long system_error = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &system_error);
  return failure_of({*result_, phase(), static_cast<int>(system_error), message_.data(), request_.address});
}

std::optional<Failure> HttpExchange::too_large() const {
  const auto cap = around_.options.header_cap;
  const bool endless_line = *result_ == CURLE_OUT_OF_MEMORY && received_ > cap;
  if (header_bytes_ <= cap && !endless_line) return std::nullopt;
  return Failure{Cause::too_large, Phase::body,
                 fmt::format("the answer's headers are larger than {} KiB", cap / 1024)};
}

// libcurl tells when it was connected only after the handshake, and calls the end of the connection a first
// byte.
domain::PhaseTimes HttpExchange::times() const {
  const auto connected = info(CURLINFO_CONNECT_TIME_T);
  const auto secured = info(CURLINFO_APPCONNECT_TIME_T);
  const auto ready = info(CURLINFO_PRETRANSFER_TIME_T);
  const auto answered = info(CURLINFO_STARTTRANSFER_TIME_T);
  domain::PhaseTimes times;
  if (connected.count() > 0)
    times.connect = connected - info(CURLINFO_NAMELOOKUP_TIME_T);
  else if (tls_begun_)
    times.connect = std::chrono::duration_cast<microseconds>(*tls_begun_ - begun_);
  if (request_.url.tls && secured.count() > 0) times.tls = secured - connected;
  if (answered.count() > 0 && result_ != CURLE_GOT_NOTHING) times.first_byte = answered - ready;
  return times;
}

microseconds HttpExchange::info(CURLINFO which) const {
  curl_off_t value = 0;
  curl_easy_getinfo(handle_.get(), which, &value);
  return microseconds(value);
}

int HttpExchange::status() const {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

}  // namespace watchbill::probe
