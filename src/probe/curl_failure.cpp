#include "probe/curl_failure.h"

#include <fmt/format.h>

#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::Cause;
using domain::Phase;

std::string message_of(const CurlEnd& end) {
  return printable(end.message.empty() ? curl_easy_strerror(end.code) : end.message);
}

constexpr const char* kCutOff = "the connection was closed before the answer was complete";

// One code for three troubles: the network's, a TLS session cut off, and broken framing, which leaves no
// errno.
Failure receive_failure(const CurlEnd& end) {
  if (end.message.find("chunk") != end.message.npos)
    return {Cause::bad_response, end.phase, "the answer's chunked framing is broken"};
  if (end.system_error != 0) return socket_failure(end.system_error, end.phase, end.address);
  return {Cause::connection_reset, end.phase, kCutOff};
}

Failure tls_failure(const CurlEnd& end) {
  return {Cause::tls_failed, Phase::tls, fmt::format("TLS handshake failed: {}", message_of(end))};
}

}  // namespace

Failure failure_of(const CurlEnd& end) {
  switch (end.code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
      if (end.phase == Phase::tls) return tls_failure(end);
      return socket_failure(end.system_error, end.phase, end.address);
    case CURLE_RECV_ERROR:
      return end.phase == Phase::tls ? tls_failure(end) : receive_failure(end);
    case CURLE_GOT_NOTHING:
      return {Cause::connection_reset, Phase::first_byte, "the connection was closed without an answer"};
    case CURLE_PARTIAL_FILE:
      return {Cause::connection_reset, end.phase, kCutOff};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CLIENTCERT:
      return tls_failure(end);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {Cause::certificate_invalid, Phase::tls, message_of(end)};
    case CURLE_UNSUPPORTED_PROTOCOL:  // an answer without status line
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_FILESIZE_EXCEEDED:  // Content-Length beyond 63 bits
    case CURLE_WRITE_ERROR:        // ours are told apart before; this is what a decoder refuses
    case CURLE_HTTP_RETURNED_ERROR:
      return {Cause::bad_response, end.phase,
              fmt::format("the answer is not valid HTTP: {}", message_of(end))};
    case CURLE_OUT_OF_MEMORY:
      return {Cause::out_of_resources, end.phase, "out of memory"};
    default:
      return {Cause::internal_error, end.phase, message_of(end)};
  }
}

}  // namespace watchbill::probe
