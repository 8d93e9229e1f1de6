#include "probe/curl_failure.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace watchbill::probe {
namespace {

using domain::Cause;
using domain::Phase;

const Address kSomewhere = boost::asio::ip::make_address("127.0.0.1");

Cause cause_of(CURLcode code, Phase phase, int system_error = 0, std::string_view message = "") {
  return failure_of({code, phase, system_error, message, kSomewhere}).cause;
}

TEST(CurlFailure, what_the_target_did_is_told_from_what_we_lack) {
  const struct {
    CURLcode code;
    Phase phase;
    int system_error;
    Cause cause;
  } rows[] = {
      {CURLE_COULDNT_CONNECT, Phase::connect, ECONNREFUSED, Cause::connection_refused},
      {CURLE_COULDNT_CONNECT, Phase::connect, ECONNRESET, Cause::connection_reset},
      {CURLE_COULDNT_CONNECT, Phase::connect, ETIMEDOUT, Cause::timeout},
      {CURLE_COULDNT_CONNECT, Phase::connect, EHOSTUNREACH, Cause::unreachable},
      {CURLE_COULDNT_CONNECT, Phase::connect, ENETUNREACH, Cause::unreachable},
      {CURLE_COULDNT_CONNECT, Phase::connect, EMFILE, Cause::out_of_resources},
      {CURLE_COULDNT_CONNECT, Phase::connect, ENFILE, Cause::out_of_resources},
      {CURLE_COULDNT_CONNECT, Phase::connect, ENOBUFS, Cause::out_of_resources},
      {CURLE_COULDNT_CONNECT, Phase::connect, EADDRNOTAVAIL, Cause::out_of_resources},
      {CURLE_COULDNT_CONNECT, Phase::connect, EPERM, Cause::out_of_resources},
      {CURLE_COULDNT_CONNECT, Phase::connect, 0, Cause::internal_error},
      {CURLE_OUT_OF_MEMORY, Phase::connect, 0, Cause::out_of_resources},
      {CURLE_SSL_CONNECT_ERROR, Phase::tls, 0, Cause::tls_failed},
      {CURLE_SSL_CIPHER, Phase::tls, 0, Cause::tls_failed},
      {CURLE_PEER_FAILED_VERIFICATION, Phase::tls, 0, Cause::certificate_invalid},
      {CURLE_SSL_CACERT_BADFILE, Phase::tls, 0, Cause::internal_error},
      {CURLE_SEND_ERROR, Phase::first_byte, EPIPE, Cause::connection_reset},
      {CURLE_SEND_ERROR, Phase::first_byte, ECONNRESET, Cause::connection_reset},
      {CURLE_GOT_NOTHING, Phase::first_byte, 0, Cause::connection_reset},
      {CURLE_PARTIAL_FILE, Phase::body, 0, Cause::connection_reset},
      {CURLE_RECV_ERROR, Phase::body, ECONNRESET, Cause::connection_reset},
      {CURLE_RECV_ERROR, Phase::body, 0, Cause::connection_reset},
      {CURLE_WEIRD_SERVER_REPLY, Phase::first_byte, 0, Cause::bad_response},
      {CURLE_UNSUPPORTED_PROTOCOL, Phase::first_byte, 0, Cause::bad_response},
      {CURLE_BAD_CONTENT_ENCODING, Phase::body, 0, Cause::bad_response},
      {CURLE_READ_ERROR, Phase::body, 0, Cause::internal_error},
      {CURLE_COULDNT_RESOLVE_HOST, Phase::connect, 0, Cause::internal_error},
  };
  for (const auto& row : rows)
    EXPECT_EQ(cause_of(row.code, row.phase, row.system_error), row.cause)
        << curl_easy_strerror(row.code) << ' ' << row.system_error;
}

TEST(CurlFailure, broken_chunks_are_told_from_a_lost_connection) {
  EXPECT_EQ(cause_of(CURLE_RECV_ERROR, Phase::body, 0,
                     "Illegal or missing hexadecimal sequence in chunked-encoding"),
            Cause::bad_response);
}

// A link-local address without its link leads nowhere, whatever network this machine is in.
TEST(SocketFailure, no_route_from_here_is_not_the_targets_fault) {
  for (const int error : {ENETUNREACH, EHOSTUNREACH}) {
    const auto failure = socket_failure(error, Phase::connect, boost::asio::ip::make_address("fe80::1"));
    EXPECT_EQ(failure.cause, Cause::out_of_resources);
    EXPECT_EQ(failure.detail, "this machine has no route to fe80::1");
    EXPECT_EQ(socket_failure(error, Phase::connect, kSomewhere).cause, Cause::unreachable);
  }
}

TEST(CurlFailure, text_of_the_target_is_made_harmless) {
  const std::string hostile = "SSL: \x1b[31m" + std::string(1000, 'x');
  const auto failure = failure_of({CURLE_PEER_FAILED_VERIFICATION, Phase::tls, 0, hostile, kSomewhere});
  EXPECT_EQ(failure.detail.find('\x1b'), std::string::npos);
  EXPECT_LE(failure.detail.size(), domain::Finding::kLongestDetail);
}

}  // namespace
}  // namespace watchbill::probe
