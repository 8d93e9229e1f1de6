#include "api/live/event_json.h"

#include "api/json/check_json.h"
#include "api/json/schedule_json.h"
#include "api/json/values.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

std::string_view to_string(domain::MonitorChanged::Change change) {
  using enum domain::MonitorChanged::Change;
  switch (change) {
    case state:
      return "state";
    case created:
      return "created";
    case updated:
      return "updated";
    case deleted:
      return "deleted";
  }
  return "";
}

WireEvent wire(const domain::RoundStarted& event) {
  const json data = {{"slot", time_json(event.slot)},
                     {"startedAt", time_json(event.started_at)},
                     {"total", event.total},
                     {"trigger", domain::to_string(event.trigger)}};
  return {"round.started", dump(data)};
}

WireEvent wire(const domain::CheckFinished& event) {
  const json data = {{"slot", time_json(event.slot)},
                     {"monitorId", event.check.monitor_id},
                     {"done", event.done},
                     {"total", event.total},
                     {"check", check_report_json(event.check.at, event.check.finding)}};
  return {"check.finished", dump(data)};
}

WireEvent wire(const domain::RoundFinished& event) {
  const json data = {{"roundId", round_id(event.round.slot)},
                     {"slot", time_json(event.round.slot)},
                     {"status", domain::to_string(event.round.outcome)},
                     {"durationMs", event.round.duration().count()},
                     {"counts", counts_json(event.round.counts)}};
  return {"round.finished", dump(data)};
}

WireEvent wire(const domain::MonitorChanged& event) {
  json data = {{"monitorId", event.monitor_id}, {"change", to_string(event.change)}};
  if (event.change == domain::MonitorChanged::Change::state) {
    data["state"] = domain::to_string(event.status.state);
    data["stateSince"] = time_json(event.status.since);
  }
  return {"monitor.changed", dump(data)};
}

WireEvent wire(const domain::ScheduleChanged&) { return {"schedule.changed", "{}"}; }

}  // namespace

WireEvent wire_event(const domain::Event& event) {
  return std::visit([](const auto& data) { return wire(data); }, event.data);
}

}  // namespace watchbill::api
