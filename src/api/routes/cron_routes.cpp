// POST /api/cron/one-click-start: what cron calls, in three modes.
#include <fmt/format.h>

#include "api/auth/email.h"
#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/object_reader.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"
#include "base/log.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

struct CronOrder {
  enum class Mode { dispatch, direct, sync };
  Mode mode = Mode::dispatch;
  domain::UserId user_id;  // direct: one of the two
  std::string email;
};

CronOrder read_order(const json& body) {
  ObjectReader reader(body);
  const auto user_id = reader.text("userId", {.min_chars = 1});
  const auto email = reader.text("email", kEmailLookup);
  const auto mode = reader.choice("mode", {"dispatch", "sync"});
  const bool several = reader.has("userId") + reader.has("email") + reader.has("mode") > 1;
  if (several) reader.add_error("", "conflict", "Give at most one of userId, email and mode.");
  reader.finish();
  CronOrder order;
  order.user_id = user_id.value_or("");
  order.email = fold_email(email.value_or(""));
  if (user_id || email) order.mode = CronOrder::Mode::direct;
  if (mode == "sync") order.mode = CronOrder::Mode::sync;
  return order;
}

json queue_json(const domain::QueueCounts& counts) {
  return {{"waiting", counts.waiting},
          {"active", counts.active},
          {"completed", counts.completed},
          {"failed", counts.failed},
          {"delayed", counts.delayed}};
}

json dispatch_json(const domain::DispatchReport& report) {
  json data = {{"mode", report.degraded ? "sync" : "dispatch"},
               {"dispatched", report.user_ids.size()},
               {"userIds", report.user_ids},
               {"remaining", report.remaining},
               {"queueStats", queue_json(report.queue)}};
  if (report.degraded) data["degraded"] = true;
  if (report.user_ids.empty())
    data["message"] =
        report.remaining == 0 ? "No user is due." : "Nothing was claimed: the queue is deep enough.";
  return data;
}

json sync_item_json(const domain::SyncReport::Item& item) {
  json data = {
      {"userId", item.user_id}, {"email", item.email}, {"ok", item.ok}, {"duration", item.duration.count()}};
  if (!item.error.empty()) data["error"] = item.error;
  return data;
}

json sync_json(const domain::SyncReport& report) {
  json results = json::array();
  std::size_t ok = 0;
  for (const auto& item : report.items) {
    results.push_back(sync_item_json(item));
    ok += item.ok;
  }
  return {{"mode", "sync"},
          {"executed", report.items.size()},
          {"okCount", ok},
          {"failCount", report.items.size() - ok},
          {"results", std::move(results)}};
}

json checks_json(const domain::RoundReport& report) {
  json checks = json::array();
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const json check = check_report_json(report.results[i].at, report.results[i].finding);
    checks.push_back({{"monitorId", report.results[i].monitor_id},
                      {"name", report.monitors[i].name},
                      {"verdict", check["verdict"]},
                      {"cause", check["cause"]},
                      {"totalMs", check["timings"]["totalMs"]}});
  }
  return checks;
}

json direct_json(const domain::RoundReport& report) {
  const auto& counts = report.round.counts;
  return {{"mode", "direct"},
          {"userId", report.round.user_id},
          {"email", report.user_email},
          {"duration", report.round.duration().count()},
          {"result",
           {{"processed", counts.processed()},
            {"up", counts.up},
            {"down", counts.down},
            {"unknown", counts.unknown},
            {"checks", checks_json(report)}}}};
}

[[noreturn]] void refuse(domain::RunRefusal refusal) {
  switch (refusal) {
    case domain::RunRefusal::unknown_user:
      throw not_found("user");
    case domain::RunRefusal::already_running:
      throw conflict("round_running", "A round of this user is running.");
    case domain::RunRefusal::busy:
      throw too_many_requests(std::chrono::seconds(5), "Too many rounds are run by calls like this one.");
    case domain::RunRefusal::stopping:
      throw unavailable("stopping", "The server is being stopped. Nothing was recorded.");
    case domain::RunRefusal::lost:
      break;
  }
  throw conflict("round_lost", "Another worker took this user over; nothing was recorded here.");
}

base::Task<json> run_sync(Context& context) {
  const auto report = co_await context.dispatching.dispatch_sync();
  co_return sync_json(report);
}

base::Task<json> run_dispatch(Context& context) {
  const auto report = co_await context.dispatching.dispatch();
  co_return dispatch_json(report);
}

base::Task<json> run_direct(Context& context, CronOrder order) {
  if (!order.email.empty()) {
    auto work = [email = order.email](store::Store& store) { return store.users().find_by_email(email); };
    const auto user = co_await context.store.run(std::move(work));
    if (!user) throw not_found("user");
    order.user_id = user->id;
  }
  const auto result = co_await context.runner.run_user(order.user_id);
  if (const auto* refusal = std::get_if<domain::RunRefusal>(&result)) refuse(*refusal);
  co_return direct_json(std::get<domain::RoundReport>(result));
}

base::Task<json> carry_out(Context& context, CronOrder order) {
  switch (order.mode) {
    case CronOrder::Mode::dispatch:
      co_return co_await run_dispatch(context);
    case CronOrder::Mode::sync:
      co_return co_await run_sync(context);
    case CronOrder::Mode::direct:
      break;
  }
  co_return co_await run_direct(context, std::move(order));
}

store::DispatchEntry entry_of(const json& data) {
  store::DispatchEntry entry;
  entry.mode = data["mode"];
  entry.claimed =
      data.contains("dispatched") ? data["dispatched"].get<std::int64_t>() : data.value("executed", 1);
  entry.remaining = data.value("remaining", 0);
  return entry;
}

// What was dispatched stays dispatched when it cannot be written down.
base::Task<> log_dispatch(Context& context, store::DispatchEntry entry) {
  try {
    auto work = [entry = std::move(entry)](store::Store& store) { store.users().log_dispatch(entry); };
    co_await context.store.run(std::move(work));
  } catch (const store::Unavailable& error) {
    base::log::warning("dispatch not logged", {{"cause", error.what()}});
  }
}

base::Task<http::Response> one_click_start(Context& context, Call& call) {
  auto order = read_order(call.body);
  const auto started = context.clock.monotonic_now();
  store::DispatchEntry entry{.mode = "dispatch"};
  std::exception_ptr failure;
  json data;
  try {
    data = co_await carry_out(context, std::move(order));
    entry = entry_of(data);
  } catch (const queue::Unavailable& error) {
    entry.error = error.what();
    failure = std::current_exception();
  }
  entry.source = "cron";
  entry.duration = std::chrono::duration_cast<base::Millis>(context.clock.monotonic_now() - started);
  co_await log_dispatch(context, std::move(entry));
  if (failure) std::rethrow_exception(failure);
  data["executedAt"] = time_json(context.clock.now());
  const json answer = {{"success", true}, {"data", std::move(data)}};
  co_return json_response(200, answer);
}

constexpr Route kRoutes[] = {
    {http::Method::post, "/api/cron/one-click-start", Access::cron, Body::optional, one_click_start},
};

}  // namespace

std::span<const Route> cron_routes() { return kRoutes; }

}  // namespace watchbill::api
