// /api/v1/schedule: my interval, and running now.
#include "api/audit.h"
#include "api/context.h"
#include "api/json/object_reader.h"
#include "api/json/schedule_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

// A user without a schedule is one who was deleted since his credential was looked at.
const domain::Schedule& known(const std::optional<domain::Schedule>& schedule) {
  if (!schedule) throw unauthorized();
  return *schedule;
}

base::Task<http::Response> get_schedule(Context& context, Call& call) {
  auto work = [id = call.user_id()](store::Store& store) { return store.schedules().find_or_make(id); };
  const auto schedule = co_await context.store.run(std::move(work));
  co_return json_response(200, schedule_json(known(schedule), context.clock.now()));
}

void announce(Context& context, const domain::UserId& user_id) {
  context.events.publish({user_id, domain::ScheduleChanged{}});
  context.dispatching.wake();
}

base::Task<http::Response> update_schedule(Context& context, Call& call) {
  ObjectReader reader(call.body);
  store::ScheduleEdit edit;
  edit.enabled = reader.boolean("enabled");
  edit.interval_minutes =
      reader.integer("intervalMinutes", domain::kMinIntervalMinutes, domain::kMaxIntervalMinutes);
  reader.finish();

  auto entry = audit_entry(call, "schedule.update", call.user_id(), call.body);
  auto work = [id = call.user_id(), edit, entry](store::Store& store) {
    auto schedule = store.schedules().edit(id, edit);
    if (schedule) store.users().log_audit(entry);
    return schedule;
  };
  const auto schedule = co_await context.store.change(std::move(work));
  known(schedule);
  announce(context, call.user_id());
  co_return json_response(200, schedule_json(*schedule, context.clock.now()));
}

base::Task<http::Response> run_now(Context& context, Call& call) {
  auto work = [id = call.user_id()](store::Store& store) { return store.schedules().run_now(id); };
  const auto schedule = co_await context.store.run(std::move(work));
  if (!known(schedule).enabled)
    throw conflict("schedule_disabled", "Monitoring is switched off; switch it on first.");
  announce(context, call.user_id());
  co_return json_response(202, schedule_json(*schedule, context.clock.now()));
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/schedule", Access::user, Body::none, get_schedule},
    {http::Method::patch, "/api/v1/schedule", Access::user, Body::required, update_schedule},
    {http::Method::post, "/api/v1/schedule/run", Access::user, Body::none, run_now},
};

}  // namespace

std::span<const Route> schedule_routes() { return kRoutes; }

}  // namespace watchbill::api
