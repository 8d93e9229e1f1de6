// Probing once, by hand: nothing is recorded.
#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/monitor_config.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

base::Task<http::Response> probe(Context& context, Call& call, std::string kind, nlohmann::json config) {
  const TestSlots::Slot slot(context.probe_slots, call.user_id());
  const auto at = context.clock.now();
  const auto finding = co_await context.prober.probe(std::move(kind), std::move(config));
  co_return json_response(200, check_report_json(at, finding));
}

base::Task<http::Response> test_config(Context& context, Call& call) {
  ObjectReader reader(call.body);
  const auto kind = read_kind(context, reader);
  auto config = reader.required_object("config");
  config = co_await check_config(context, call, reader, kind, std::move(config));
  reader.finish();
  co_return co_await probe(context, call, kind, std::move(config));
}

base::Task<http::Response> test_monitor(Context& context, Call& call) {
  auto find = [user_id = call.user_id(), id = call.parameter("monitorId")](store::Store& store) {
    return store.monitors().find(user_id, id);
  };
  auto monitor = co_await context.store.run(std::move(find));
  if (!monitor) throw not_found("monitor");
  co_return co_await probe(context, call, std::move(monitor->kind), std::move(monitor->config));
}

constexpr Route kRoutes[] = {
    {http::Method::post, "/api/v1/monitors/test", Access::user, Body::required, test_config},
    {http::Method::post, "/api/v1/monitors/{monitorId}/test", Access::user, Body::none, test_monitor},
};

}  // namespace

std::span<const Route> monitor_test_routes() { return kRoutes; }

}  // namespace watchbill::api
