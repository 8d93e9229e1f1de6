// /api/v1/monitors/{monitorId}/results: what the checks of one monitor found.
#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/query_reader.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

constexpr std::size_t kStandardLimit = 500;
constexpr std::size_t kMaxLimit = 2000;

store::CheckQuery read_query(const Call& call) {
  QueryReader reader(call.request);
  store::CheckQuery query;
  query.user_id = call.user_id();
  query.monitor_id = call.parameter("monitorId");
  query.from = reader.time("from");
  query.until = reader.time("to");
  query.limit = reader.limit(kStandardLimit, kMaxLimit);
  const auto cursor = reader.time_cursor();
  reader.finish();
  if (cursor && (!query.until || *cursor < *query.until)) query.until = cursor;
  return query;
}

base::Task<http::Response> list_results(Context& context, Call& call) {
  const auto query = read_query(call);
  auto work = [query](store::Store& store) {
    std::optional<std::vector<domain::CheckResult>> results;
    if (store.monitors().find(query.user_id, query.monitor_id)) results = store.monitors().checks(query);
    return results;
  };
  const auto results = co_await context.store.run(std::move(work));
  if (!results) throw not_found("monitor");
  // A monitor has one check at a time, so the time of the last one says where the next page begins.
  std::optional<std::string> next;
  if (results->size() == query.limit) next = std::to_string(base::to_epoch_ms(results->back().at));
  co_return json_response(200, list_json(*results, check_result_json, next));
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/monitors/{monitorId}/results", Access::user, Body::none, list_results},
};

}  // namespace

std::span<const Route> result_routes() { return kRoutes; }

}  // namespace watchbill::api
