// /api/v1/monitors and /api/v1/monitor-kinds: what I want watched.
#include <unordered_map>

#include "api/audit.h"
#include "api/context.h"
#include "api/json/monitor_json.h"
#include "api/json/user_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/monitor_config.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;
using Change = domain::MonitorChanged::Change;

struct Shown {
  domain::Monitor monitor;
  store::MonitorHeartbeats heartbeats;
};

// On the store's thread.
Shown with_heartbeats(store::Store& store, domain::Monitor monitor) {
  auto heartbeats = store.monitors().heartbeats(monitor.user_id, monitor.id, kRecentChecks);
  return {std::move(monitor), heartbeats.value_or(store::MonitorHeartbeats{})};
}

std::optional<Shown> find_shown(store::Store& store, const domain::UserId& user_id,
                                const domain::MonitorId& id) {
  auto monitor = store.monitors().find(user_id, id);
  if (!monitor) return std::nullopt;
  return with_heartbeats(store, std::move(*monitor));
}

http::Response answer(int status, const Shown& shown) {
  return json_response(status, monitor_json(shown.monitor, shown.heartbeats));
}

base::Task<http::Response> list_kinds(Context& context, Call&) {
  const json kinds = {{"items", context.kinds.describe()}, {"nextCursor", nullptr}};
  co_return json_response(200, kinds);
}

std::vector<Shown> list_shown(store::Store& store, const domain::UserId& user_id) {
  std::unordered_map<domain::MonitorId, store::MonitorHeartbeats> heartbeats;
  for (auto& entry : store.monitors().heartbeats(user_id, kRecentChecks))
    heartbeats.emplace(entry.monitor_id, std::move(entry));
  std::vector<Shown> shown;
  for (auto& monitor : store.monitors().list(user_id)) {
    auto& beats = heartbeats[monitor.id];
    shown.push_back({std::move(monitor), std::move(beats)});
  }
  return shown;
}

base::Task<http::Response> list_monitors(Context& context, Call& call) {
  auto work = [user_id = call.user_id()](store::Store& store) { return list_shown(store, user_id); };
  const auto monitors = co_await context.store.run(std::move(work));
  const auto view = [](const Shown& shown) { return monitor_json(shown.monitor, shown.heartbeats); };
  co_return json_response(200, list_json(monitors, view));
}

base::Task<http::Response> get_monitor(Context& context, Call& call) {
  auto work = [user_id = call.user_id(), id = call.parameter("monitorId")](store::Store& store) {
    return find_shown(store, user_id, id);
  };
  const auto shown = co_await context.store.run(std::move(work));
  if (!shown) throw not_found("monitor");
  co_return answer(200, *shown);
}

// The fields that creating and changing have in common.
store::MonitorEdit read_edit(ObjectReader& reader) {
  store::MonitorEdit edit;
  edit.name = reader.text("name", kMonitorName);
  edit.failures_before_down = reader.integer("failuresBeforeDown", 1, kMostResultsInARow);
  edit.successes_before_up = reader.integer("successesBeforeUp", 1, kMostResultsInARow);
  edit.paused = reader.boolean("paused");
  edit.config = reader.object("config");
  return edit;
}

void announce(Context& context, const Call& call, const domain::MonitorId& id, Change change) {
  context.events.publish({call.user_id(), domain::MonitorChanged{id, change, {}}});
}

base::Task<store::NewMonitor> read_new_monitor(Context& context, Call& call) {
  ObjectReader reader(call.body);
  const auto kind = read_kind(context, reader);
  reader.require("name");
  reader.require("config");
  const auto fields = read_edit(reader);
  store::NewMonitor monitor;
  monitor.user_id = call.user_id();
  monitor.kind = kind;
  if (fields.config) monitor.config = co_await check_config(context, call, reader, kind, *fields.config);
  reader.finish();
  monitor.name = *fields.name;
  monitor.failures_before_down = fields.failures_before_down.value_or(monitor.failures_before_down);
  monitor.successes_before_up = fields.successes_before_up.value_or(monitor.successes_before_up);
  monitor.paused = fields.paused.value_or(monitor.paused);
  co_return monitor;
}

base::Task<http::Response> create_monitor(Context& context, Call& call) {
  const auto params = co_await read_new_monitor(context, call);
  auto entry = audit_entry(call, "monitor.create", "");
  auto work = [params, limit = context.options.max_monitors_per_user, entry](store::Store& store) mutable {
    std::optional<Shown> shown;
    auto monitor = store.monitors().create(params, limit);
    if (!monitor) return shown;
    entry.target = monitor->id;
    store.users().log_audit(entry);
    shown = Shown{std::move(*monitor), {}};
    return shown;
  };
  const auto created = co_await context.store.change(std::move(work));
  if (!created) throw forbidden("quota_exceeded", "You have as many monitors as a user may have.");
  announce(context, call, created->monitor.id, Change::created);
  auto response = answer(201, *created);
  response.headers.set("Location", context.options.base_path + "/api/v1/monitors/" + created->monitor.id);
  co_return response;
}

enum class Edited { fields, paused, resumed };

std::string_view audit_action(Edited edited) {
  switch (edited) {
    case Edited::fields:
      return "monitor.update";
    case Edited::paused:
      return "monitor.pause";
    case Edited::resumed:
      return "monitor.resume";
  }
  return "";
}

base::Task<Shown> change_monitor(Context& context, Call& call, store::MonitorEdit edit, Edited edited) {
  auto entry = audit_entry(call, std::string(audit_action(edited)), call.parameter("monitorId"));
  auto work = [user_id = call.user_id(), edit = std::move(edit), entry](store::Store& store) {
    std::optional<Shown> shown;
    auto monitor = store.monitors().edit(user_id, entry.target, edit);
    if (!monitor) return shown;
    store.users().log_audit(entry);
    shown = with_heartbeats(store, std::move(*monitor));
    return shown;
  };
  auto changed = co_await context.store.change(std::move(work));
  if (!changed) throw not_found("monitor");
  announce(context, call, changed->monitor.id, Change::updated);
  co_return std::move(*changed);
}

base::Task<http::Response> update_monitor(Context& context, Call& call) {
  auto find = [user_id = call.user_id(), id = call.parameter("monitorId")](store::Store& store) {
    return store.monitors().find(user_id, id);
  };
  const auto monitor = co_await context.store.run(std::move(find));
  if (!monitor) throw not_found("monitor");
  ObjectReader reader(call.body);
  auto edit = read_edit(reader);
  if (edit.config) edit.config = co_await check_config(context, call, reader, monitor->kind, *edit.config);
  reader.finish();
  const auto changed = co_await change_monitor(context, call, std::move(edit), Edited::fields);
  co_return answer(200, changed);
}

base::Task<http::Response> set_paused(Context& context, Call& call, bool paused) {
  store::MonitorEdit edit;
  edit.paused = paused;
  const auto how = paused ? Edited::paused : Edited::resumed;
  const auto changed = co_await change_monitor(context, call, std::move(edit), how);
  co_return answer(200, changed);
}

base::Task<http::Response> pause_monitor(Context& context, Call& call) {
  co_return co_await set_paused(context, call, true);
}

base::Task<http::Response> resume_monitor(Context& context, Call& call) {
  co_return co_await set_paused(context, call, false);
}

base::Task<http::Response> delete_monitor(Context& context, Call& call) {
  auto entry = audit_entry(call, "monitor.delete", call.parameter("monitorId"));
  auto work = [user_id = call.user_id(), entry](store::Store& store) {
    if (!store.monitors().remove(user_id, entry.target)) return false;
    store.users().log_audit(entry);
    return true;
  };
  const bool removed = co_await context.store.change(std::move(work));
  if (!removed) throw not_found("monitor");
  announce(context, call, entry.target, Change::deleted);
  co_return http::Response::no_content();
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/monitor-kinds", Access::user, Body::none, list_kinds},
    {http::Method::get, "/api/v1/monitors", Access::user, Body::none, list_monitors},
    {http::Method::post, "/api/v1/monitors", Access::user, Body::required, create_monitor},
    {http::Method::get, "/api/v1/monitors/{monitorId}", Access::user, Body::none, get_monitor},
    {http::Method::patch, "/api/v1/monitors/{monitorId}", Access::user, Body::required, update_monitor},
    {http::Method::del, "/api/v1/monitors/{monitorId}", Access::user, Body::none, delete_monitor},
    {http::Method::post, "/api/v1/monitors/{monitorId}/pause", Access::user, Body::none, pause_monitor},
    {http::Method::post, "/api/v1/monitors/{monitorId}/resume", Access::user, Body::none, resume_monitor},
};

}  // namespace

std::span<const Route> monitor_routes() { return kRoutes; }

}  // namespace watchbill::api
