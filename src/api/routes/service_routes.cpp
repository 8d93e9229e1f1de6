// Health, readiness and the description of the API.
#include "api/context.h"
#include "api/json/values.h"
#include "api/openapi.h"
#include "api/routes/route.h"
#include "base/log.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

base::Task<http::Response> get_health(Context&, Call&) {
  const json state = {{"status", "ok"}};
  co_return json_response(200, state);
}

struct Check {
  std::string_view name;
  std::string_view failure;  // what anybody may know of it; the cause goes to the log
  base::Task<> (*run)(Context&);
};

base::Task<> check_database(Context& context) {
  co_await context.store.run([](store::Store& store) { store.ping(); });
}

base::Task<> check_writing(Context& context) {
  co_await context.store.run([](store::Store& store) { store.check_writable(); });
}

base::Task<> check_queue(Context& context) { co_await context.queue.counts(); }

constexpr Check kChecks[] = {
    {"database", "does not answer", check_database},
    {"databaseWrite", "cannot be written to", check_writing},
    {"queue", "does not answer", check_queue},
};

base::Task<json> run_check(Context& context, Check check) {
  const auto started = context.clock.monotonic_now();
  bool ok = true;
  try {
    co_await check.run(context);
  } catch (const std::exception& error) {
    ok = false;
    base::log::warning("not ready", {{"check", check.name}, {"cause", error.what()}});
  }
  const std::chrono::duration<double, std::milli> took = context.clock.monotonic_now() - started;
  co_return json{{"name", check.name},
                 {"ok", ok},
                 {"ms", took.count()},
                 {"detail", ok ? json(nullptr) : json(check.failure)}};
}

base::Task<http::Response> get_readiness(Context& context, Call&) {
  json checks = json::array();
  bool ready = true;
  for (const auto& check : kChecks) {
    checks.push_back(co_await run_check(context, check));
    ready = ready && checks.back()["ok"].get<bool>();
  }
  const json state = {{"status", ready ? "ok" : "failing"}, {"checks", std::move(checks)}};
  co_return json_response(ready ? 200 : 503, state);
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
