// Why a check could not be completed, in the domain's words.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/verdict.h"
#include "probe/address_guard.h"

namespace watchbill::probe {

struct Failure {
  domain::Cause cause = domain::Cause::internal_error;
  domain::Phase phase = domain::Phase::none;
  std::string detail;  // one sentence for people
};

// What the system said about a connection to `address`: the target's fault, or ours (out of descriptors,
// ports, memory; no route from this machine).
Failure socket_failure(int error, domain::Phase phase, const Address& address);

// `phase` was not over when its limit, or the limit of the whole check, came: "no reply within 5 s".
Failure timed_out(domain::Phase phase, std::chrono::milliseconds limit);

// `phase` was not over when this machine, held up `for_` so long, could look again: nobody knows what the
// target did.
Failure held_up(domain::Phase phase, std::chrono::milliseconds for_);

// Ends `finding` with what was found: ok when nothing failed.
void conclude(domain::Finding& finding, const std::optional<Failure>& failure,
              std::chrono::microseconds total);

}  // namespace watchbill::probe
