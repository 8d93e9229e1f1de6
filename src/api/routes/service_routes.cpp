// Health, readiness and the description of the API.
#include "api/context.h"
#include "api/json/values.h"
#include "api/openapi.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

base::Task<http::Response> get_health(Context&, Call&) {
  const json state = {{"status", "ok"}};
  co_return json_response(200, state);
}

base::Task<http::Response> get_readiness(Context& context, Call&) {
  auto state = co_await context.readiness.look(context);
  const char* status = !state.ready ? "failing" : state.degraded ? "degraded" : "ok";
  const json answer = {{"status", status}, {"checks", std::move(state.checks)}};
  co_return json_response(state.ready ? 200 : 503, answer);
}

base::Task<http::Response> get_openapi(Context&, Call&) {
  co_return http::Response::blob(200, "application/json", {openapi_json(), nullptr});
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/healthz", Access::open, Body::none, get_health},
    {http::Method::get, "/readyz", Access::open, Body::none, get_readiness},
    {http::Method::get, "/api/v1/openapi.json", Access::open, Body::none, get_openapi},
};

}  // namespace

std::span<const Route> service_routes() { return kRoutes; }

}  // namespace watchbill::api
