// What one probing of a monitor found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace watchbill::domain {

// unknown: not measured, or our own fault. Never shown or counted as the target's outage.
enum class Verdict { up, down, unknown };

// Where a check ended.
enum class Phase { none, resolve, connect, tls, first_byte, body, assertion };

// Why. One name per cause in to_string(); kept in the database and shown (translated) to users.
enum class Cause {
  ok,
  // down: the target's
  name_not_found,  // the name does not exist
  connection_refused,
  connection_reset,      // also: closed before the answer was complete
  unreachable,           // no route, host or network unreachable
  timeout,               // the deadline of the phase
  tls_failed,            // handshake broken
  certificate_invalid,   // untrusted, expired, wrong name
  certificate_expiring,  // fewer days left than wanted
  bad_response,          // not HTTP, or broken framing
  status_unexpected,
  keyword_missing,
  keyword_present,
  pattern_missing,
  pattern_present,
  too_many_redirects,
  redirect_invalid,  // no or unusable Location
  too_large,         // header, body or decompressed size over the cap
  // unknown: ours, or the operator's
  blocked,           // the address guard refuses the target
  resolver_failed,   // no usable answer from our name servers
  out_of_resources,  // descriptors, memory, ports
  configuration_invalid,
  interrupted,  // this machine was held up, or stopped, before the check ended
  internal_error,
};

std::string_view to_string(Verdict verdict);
std::string_view to_string(Phase phase);
std::string_view to_string(Cause cause);
std::optional<Verdict> verdict_from_string(std::string_view text);
std::optional<Phase> phase_from_string(std::string_view text);
std::optional<Cause> cause_from_string(std::string_view text);

// The verdict that belongs to a cause.
Verdict verdict_of(Cause cause);

// How long each phase took; absent: not reached. `total` is always there.
struct PhaseTimes {
  std::optional<std::chrono::microseconds> resolve;
  std::optional<std::chrono::microseconds> connect;
  std::optional<std::chrono::microseconds> tls;
  std::optional<std::chrono::microseconds>
      first_byte;  // from the request sent to the first byte of the answer
  std::chrono::microseconds total{0};
};

// The answer of a probe. Everything that came from the target is text to be escaped, cut to `kLongestDetail`.
struct Finding {
  static constexpr std::size_t kLongestDetail = 256;

  Verdict verdict = Verdict::unknown;
  Cause cause = Cause::internal_error;
  Phase phase = Phase::none;
  PhaseTimes times;
  std::string detail;   // one English sentence for people, e.g. "no reply within 5 s"
  std::string address;  // the address that was connected to
  std::optional<int> http_status;
  std::optional<int> certificate_days_left;
  std::vector<std::string> redirects;  // URLs in the order they were followed
};

// A recorded check.
struct CheckResult {
  std::string monitor_id;
  base::Timestamp at;
  Finding finding;
};

}  // namespace watchbill::domain
