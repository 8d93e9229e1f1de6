#include "probe/failure.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/udp.hpp>
#include <cerrno>
#include <system_error>

#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::Cause;
using domain::Phase;

// Whether this machine knows a way towards `address`. Connecting a datagram socket asks the routing table and
// sends nothing.
bool has_route(const Address& address) {
  const boost::asio::ip::udp::endpoint towards(address, 9);
  const int socket = ::socket(towards.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const bool found = ::connect(socket, towards.data(), static_cast<socklen_t>(towards.size())) == 0;
  ::close(socket);
  return found;
}

Failure unreachable(int error, Phase phase, const Address& address) {
  if (!has_route(address))
    return {Cause::out_of_resources, phase,
            fmt::format("this machine has no route to {}", address.to_string())};
  return {
      Cause::unreachable, phase,
      fmt::format("{} cannot be reached: {}", address.to_string(), std::generic_category().message(error))};
}

}  // namespace

Failure socket_failure(int error, Phase phase, const Address& address) {
  switch (error) {
    case ECONNREFUSED:
      return {Cause::connection_refused, phase,
              fmt::format("{} refused the connection", address.to_string())};
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
      return {Cause::connection_reset, phase, "the connection was reset"};
    case ETIMEDOUT:
      return {Cause::timeout, phase, fmt::format("no answer from {}", address.to_string())};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case ENONET:
      return unreachable(error, phase, address);
    // EACCES, EPERM: this machine's own packet filter.
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EADDRINUSE:
    case EAFNOSUPPORT:
    case EACCES:
    case EPERM:
      return {Cause::out_of_resources, phase,
              fmt::format("this machine could not connect: {}", std::generic_category().message(error))};
    default:
      return {Cause::internal_error, phase,
              fmt::format("socket error {}: {}", error, std::generic_category().message(error))};
  }
}

Failure timed_out(Phase phase, std::chrono::milliseconds limit) {
  const auto within = seconds(limit);
  switch (phase) {
    case Phase::resolve:
      return {Cause::resolver_failed, phase,
              fmt::format("no answer from the name servers within {}", within)};
    case Phase::connect:
      return {Cause::timeout, phase, fmt::format("no connection within {}", within)};
    case Phase::tls:
      return {Cause::timeout, phase, fmt::format("TLS handshake not finished within {}", within)};
    case Phase::first_byte:
      return {Cause::timeout, phase, fmt::format("no reply within {}", within)};
    default:
      return {Cause::timeout, phase, fmt::format("answer not complete within {}", within)};
  }
}

Failure held_up(Phase phase, std::chrono::milliseconds for_) {
  return {Cause::interrupted, phase, fmt::format("this machine was held up for {}", seconds(for_))};
}

void conclude(domain::Finding& finding, const std::optional<Failure>& failure,
              std::chrono::microseconds total) {
  finding.cause = failure ? failure->cause : Cause::ok;
  finding.phase = failure ? failure->phase : Phase::none;
  finding.verdict = domain::verdict_of(finding.cause);
  finding.detail = failure ? printable(failure->detail) : "";
  finding.times.total = total;
}

}  // namespace watchbill::probe
