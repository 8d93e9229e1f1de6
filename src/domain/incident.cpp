#include "domain/incident.h"

namespace watchbill::domain {

namespace {

constexpr int kCountCeiling = 1'000'000;

StatusChange enter(MonitorStatus status, MonitorState state, base::Timestamp at, Transition transition) {
  status.state = state;
  status.since = at;
  return {status, transition, true};
}

StatusChange after_failure(const Monitor& monitor, base::Timestamp at) {
  auto status = monitor.status;
  status.consecutive_successes = 0;
  status.consecutive_failures = std::min(status.consecutive_failures + 1, kCountCeiling);
  if (status.state == MonitorState::down || status.consecutive_failures < monitor.failures_before_down)
    return {status};
  return enter(status, MonitorState::down, at, Transition::went_down);
}

StatusChange after_success(const Monitor& monitor, base::Timestamp at) {
  auto status = monitor.status;
  status.consecutive_failures = 0;
  status.consecutive_successes = std::min(status.consecutive_successes + 1, kCountCeiling);
  if (status.state == MonitorState::pending) return enter(status, MonitorState::up, at, Transition::none);
  if (status.state == MonitorState::up || status.consecutive_successes < monitor.successes_before_up)
    return {status};
  return enter(status, MonitorState::up, at, Transition::came_up);
}

}  // namespace

StatusChange apply_finding(const Monitor& monitor, Verdict verdict, base::Timestamp at) {
  switch (verdict) {
    case Verdict::up:
      return after_success(monitor, at);
    case Verdict::down:
      return after_failure(monitor, at);
    case Verdict::unknown:
      break;
  }
  return {monitor.status};
}

}  // namespace watchbill::domain
