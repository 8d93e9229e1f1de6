// From a host to the addresses that may be connected to: the one way through the address guard.
#pragma once

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/monitor.h"
#include "probe/failure.h"
#include "probe/host.h"
#include "probe/kind.h"

namespace watchbill::probe {

// In the order in which they are to be tried, four at most.
using Addresses = std::vector<Address>;

// A name with a single refused address among its addresses is refused as a whole. The failure says `blocked`
// without the address, so that nobody reads the operator's internal names from it.
base::Task<std::variant<Addresses, Failure>> find_target(Surroundings& around, Host host,
                                                         base::Monotonic deadline);

// For saving: "target_not_allowed" at `path` when find_target() would block it. A name that cannot be
// resolved now passes.
base::Task<std::vector<domain::ConfigError>> check_target(Surroundings& around, Host host, std::string path);

// Which outcome of several addresses to report: whether that of a later address says more than the failure of
// an earlier one. The first failure to connect stands, unless it spoke of this machine rather than of the
// target.
bool says_more(const std::optional<Failure>& later, const Failure& earlier);

// Where the time of a check went.
struct Spent {
  std::optional<std::chrono::microseconds> resolving;
  std::chrono::microseconds total{0};
  base::Millis limit{0};  // for the whole check
};

// `failure`, unless time ran out because most of it had gone to the name servers: then they are what failed.
std::optional<Failure> blame(std::optional<Failure> failure, const Spent& spent);

// How long to try one of `left` addresses before the next has its turn.
base::Millis connect_share(base::Millis limit, base::Millis remaining, std::size_t left);

}  // namespace watchbill::probe
