// /api/v1/incidents: when my monitors were down.
#include <unordered_map>

#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/query_reader.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

struct Incidents {
  store::Page<domain::Incident> page;
  std::unordered_map<domain::MonitorId, std::string> names;
};

json incident_json(const domain::Incident& incident, const Incidents& incidents) {
  const auto name = incidents.names.find(incident.monitor_id);
  const auto& ended = incident.ended_at;
  return {{"id", incident.id},
          {"monitorId", incident.monitor_id},
          {"monitorName", name == incidents.names.end() ? "" : name->second},
          {"state", ended ? "closed" : "open"},
          {"startedAt", time_json(incident.started_at)},
          {"endedAt", time_json(ended)},
          {"durationMs", ended ? json((*ended - incident.started_at).count()) : json(nullptr)},
          {"cause", cause_json(incident.cause)},
          {"detail", text_or_null(incident.detail)}};
}

store::IncidentQuery read_query(const Call& call) {
  QueryReader reader(call.request);
  store::IncidentQuery query;
  query.user_id = call.user_id();
  query.monitor_id = reader.text("monitorId", 64);
  const auto state = reader.choice("state", {"open", "closed"});
  if (state) query.open = *state == "open";
  query.after = reader.text("cursor", 256);
  query.limit = reader.limit(50, 200);
  reader.finish();
  return query;
}

std::optional<Incidents> find_incidents(store::Store& store, const store::IncidentQuery& query) {
  if (query.monitor_id && !store.monitors().find(query.user_id, *query.monitor_id)) return std::nullopt;
  Incidents incidents;
  incidents.page = store.monitors().incidents(query);
  for (const auto& incident : incidents.page.items) {
    if (incidents.names.contains(incident.monitor_id)) continue;
    const auto monitor = store.monitors().find(query.user_id, incident.monitor_id);
    incidents.names.emplace(incident.monitor_id, monitor ? monitor->name : "");
  }
  return incidents;
}

base::Task<http::Response> list_incidents(Context& context, Call& call) {
  auto work = [query = read_query(call)](store::Store& store) { return find_incidents(store, query); };
  const auto incidents = co_await context.store.run(std::move(work));
  if (!incidents) throw not_found("monitor");
  const auto view = [&incidents](const domain::Incident& incident) {
    return incident_json(incident, *incidents);
  };
  co_return json_response(200, list_json(incidents->page.items, view, incidents->page.next_cursor));
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/incidents", Access::user, Body::none, list_incidents},
};

}  // namespace

std::span<const Route> incident_routes() { return kRoutes; }

}  // namespace watchbill::api
