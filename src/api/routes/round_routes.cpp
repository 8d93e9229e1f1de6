// /api/v1/rounds: my rounds and what they found.
#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/query_reader.h"
#include "api/json/schedule_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

base::Task<http::Response> list_rounds(Context& context, Call& call) {
  QueryReader reader(call.request);
  store::RoundQuery query;
  query.user_id = call.user_id();
  query.limit = reader.limit(50, 200);
  query.before = reader.time_cursor();
  reader.finish();
  auto work = [query](store::Store& store) { return store.monitors().rounds(query); };
  const auto rounds = co_await context.store.run(std::move(work));
  std::optional<std::string> next;
  if (rounds.size() == query.limit) next = round_id(rounds.back().slot);
  co_return json_response(200, list_json(rounds, round_json, next));
}

struct RoundDetail {
  domain::Round round;
  std::vector<domain::CheckResult> checks;
};

std::optional<RoundDetail> find_round(store::Store& store, const domain::UserId& user_id,
                                      base::Timestamp slot) {
  auto round = store.monitors().round(user_id, slot);
  if (!round) return std::nullopt;
  return RoundDetail{std::move(*round), store.monitors().checks_of_round(user_id, slot)};
}

base::Task<http::Response> get_round(Context& context, Call& call) {
  const auto slot = slot_of_round_id(call.parameter("roundId"));
  if (!slot) throw not_found("round");
  auto work = [user_id = call.user_id(), slot = *slot](store::Store& store) {
    return find_round(store, user_id, slot);
  };
  const auto detail = co_await context.store.run(std::move(work));
  if (!detail) throw not_found("round");
  auto answer = round_json(detail->round);
  auto& checks = answer["checks"] = nlohmann::json::array();
  for (const auto& check : detail->checks) checks.push_back(check_result_json(check));
  co_return json_response(200, answer);
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/rounds", Access::user, Body::none, list_rounds},
    {http::Method::get, "/api/v1/rounds/{roundId}", Access::user, Body::none, get_round},
};

}  // namespace

std::span<const Route> round_routes() { return kRoutes; }

}  // namespace watchbill::api
