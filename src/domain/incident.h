// When checks become a state, and a state becomes an incident. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/monitor.h"

namespace watchbill::domain {

// A time during which a monitor was down.
struct Incident {
  std::string id;
  UserId user_id;
  MonitorId monitor_id;
  base::Timestamp started_at;
  std::optional<base::Timestamp> ended_at;  // none: still open
  Cause cause = Cause::internal_error;      // of the check that opened it
  std::string detail;
};

enum class Transition { none, went_down, came_up };

struct StatusChange {
  MonitorStatus status;
  Transition transition = Transition::none;  // went_down opens an incident, came_up closes it
  bool entered = false;  // status.state differs from before (a first "up" is no transition)
};

// `down` after failures_before_down failures in a row, `up` after successes_before_up successes in a row; the
// first verdict of a pending monitor that succeeds makes it up at once. What was not measured changes
// nothing.
StatusChange apply_finding(const Monitor& monitor, Verdict verdict, base::Timestamp at);

}  // namespace watchbill::domain
