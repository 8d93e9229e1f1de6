#include "api/json/monitor_json.h"

#include "api/json/check_json.h"
#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

// What the domain keeps is what is known of the target; people also see that it is paused, or that nothing
// could be measured just now.
std::string_view shown_state(const domain::Monitor& monitor, const std::optional<domain::CheckResult>& last) {
  if (monitor.paused) return "paused";
  const bool checked_since = last && last->at >= monitor.status.since;
  if (checked_since && last->finding.verdict == domain::Verdict::unknown) return "unknown";
  return domain::to_string(monitor.status.state);
}

}  // namespace

json monitor_json(const domain::Monitor& monitor, const store::MonitorHeartbeats& heartbeats) {
  const auto& last = heartbeats.last;
  const std::string_view state = shown_state(monitor, last);
  const bool has_since = state != "paused" && state != "unknown";
  return {{"id", monitor.id},
          {"name", monitor.name},
          {"kind", monitor.kind},
          {"config", monitor.config},
          {"paused", monitor.paused},
          {"failuresBeforeDown", monitor.failures_before_down},
          {"successesBeforeUp", monitor.successes_before_up},
          {"state", state},
          {"stateSince", has_since ? time_json(monitor.status.since) : json(nullptr)},
          {"lastCheck", last ? check_report_json(last->at, last->finding) : json(nullptr)},
          {"recent", recent_checks_json(heartbeats.beats)},
          {"createdAt", time_json(monitor.created_at)},
          {"updatedAt", time_json(monitor.updated_at)}};
}

}  // namespace watchbill::api
