#include "app/text/cause.h"

namespace watchbill::app {

Text describe(domain::Verdict verdict) {
  switch (verdict) {
    case domain::Verdict::up:
      return "up";
    case domain::Verdict::down:
      return "down";
    case domain::Verdict::unknown:
      break;
  }
  return "not measured";
}

Text describe(domain::Cause cause) {
  using domain::Cause;
  switch (cause) {
    case Cause::ok:
      return "all as it should be";
    case Cause::name_not_found:
      return "the name does not exist";
    case Cause::connection_refused:
      return "the connection was refused";
    case Cause::connection_reset:
      return "the connection was closed too early";
    case Cause::unreachable:
      return "the network or the host cannot be reached";
    case Cause::timeout:
      return "no reply in time";
    case Cause::tls_failed:
      return "the TLS handshake failed";
    case Cause::certificate_invalid:
      return "the certificate is not valid";
    case Cause::certificate_expiring:
      return "the certificate ends too soon";
    case Cause::bad_response:
      return "the answer is no proper HTTP";
    case Cause::status_unexpected:
      return "another status than expected";
    case Cause::keyword_missing:
      return "the keyword is not there";
    case Cause::keyword_present:
      return "the keyword is there, and should not be";
    case Cause::pattern_missing:
      return "the pattern is not there";
    case Cause::pattern_present:
      return "the pattern is there, and should not be";
    case Cause::too_many_redirects:
      return "too many redirects";
    case Cause::redirect_invalid:
      return "a redirect that leads nowhere";
    case Cause::too_large:
      return "the answer is too large";
    case Cause::blocked:
      return "the address is not allowed as a target";
    case Cause::resolver_failed:
      return "the name servers gave no usable answer";
    case Cause::out_of_resources:
      return "this machine ran out of resources";
    case Cause::configuration_invalid:
      return "the monitor's configuration is invalid";
    case Cause::interrupted:
      return "stopped before the check ended";
    case Cause::internal_error:
      break;
  }
  return "an error of watchbill itself";
}

}  // namespace watchbill::app
