// /api/v1/operations: what operators look at, and what they do with the queue.
#include "api/audit.h"
#include "api/context.h"
#include "api/json/object_reader.h"
#include "api/json/operation_json.h"
#include "api/json/query_reader.h"
#include "api/json/values.h"
#include "api/operations.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

constexpr std::size_t kDispatches = 50;
constexpr base::Millis kLatenessTime = std::chrono::minutes(15);
constexpr std::int64_t kOldestMs = base::Millis(std::chrono::days(366)).count();

struct Stored {
  std::vector<store::Process> processes;
  std::vector<store::LoggedDispatch> dispatches;
  base::Timestamp now;
};

Stored read(store::Store& store) {
  auto& operations = store.operations();
  return {operations.processes(), operations.dispatches(kDispatches), operations.now()};
}

base::Task<Findings> find(Context& context) {
  Findings found;
  found.dispatched_to = context.queue.state();
  found.cron_is_silent = context.dispatching.cron_is_silent();
  found.queue = co_await look_at_queue(context.administration, found.dispatched_to);
  auto stored = co_await context.store.run(read);
  found.processes = std::move(stored.processes);
  found.dispatches = std::move(stored.dispatches);
  found.now = stored.now;
  co_return found;
}

template <class Items, class View>
json array_of(const Items& items, View view) {
  auto list = json::array();
  for (const auto& item : items) list.push_back(view(item));
  return list;
}

base::Task<http::Response> get_operations(Context& context, Call&) {
  const auto found = co_await find(context);
  auto work = [](store::Store& store) { return store.operations().lateness(kLatenessTime); };
  const auto lateness = co_await context.store.run(std::move(work));
  const auto process = [&found](const store::Process& process) { return process_json(process, found.now); };
  const json answer = {{"at", time_json(context.clock.now())},
                       {"queue", queue_json(found.queue)},
                       {"processes", array_of(found.processes, process)},
                       {"dispatches", array_of(found.dispatches, dispatch_json)},
                       {"lateness", lateness_json(lateness, kLatenessTime)},
                       {"warnings", array_of(warnings_of(found), warning_json)}};
  co_return json_response(200, answer);
}

base::Task<http::Response> get_warnings(Context& context, Call&) {
  const auto found = co_await find(context);
  co_return json_response(200, list_json(warnings_of(found), warning_json));
}

queue::JobState read_state(QueryReader& reader) {
  const auto state = reader.choice("state", {"waiting", "active", "delayed", "failed", "completed"});
  return queue::state_from_string(state.value_or("")).value_or(queue::JobState::waiting);
}

base::Task<http::Response> list_jobs(Context& context, Call& call) {
  QueryReader reader(call.request);
  const auto state = read_state(reader);
  const auto limit = reader.limit(50, 200);
  const auto first = reader.position_cursor();
  reader.finish();
  const auto page = co_await context.administration.jobs(state, first, limit);
  std::optional<std::string> next;
  if (page.more) next = std::to_string(first + limit);
  co_return json_response(200, list_json(page.jobs, job_json, next));
}

// Written down before it is done: nothing is done that nobody can be asked for. A queue that is away is not
// written about.
base::Task<> note(Context& context, store::AuditEntry entry) {
  co_await context.administration.is_paused();
  auto work = [entry = std::move(entry)](store::Store& store) { store.users().log_audit(entry); };
  co_await context.store.run(std::move(work));
}

base::Task<http::Response> answer(Context& context, std::int64_t jobs) {
  const auto queue = co_await look_at_queue(context.administration, context.queue.state());
  const json answer = {{"jobs", jobs}, {"queue", queue_json(queue)}};
  co_return json_response(200, answer);
}

constexpr const char* kTarget = "monitor-user-tasks";

base::Task<http::Response> pause_queue(Context& context, Call& call) {
  co_await note(context, audit_entry(call, "queue.pause", kTarget));
  co_await context.administration.pause();
  co_return co_await answer(context, 0);
}

base::Task<http::Response> resume_queue(Context& context, Call& call) {
  co_await note(context, audit_entry(call, "queue.resume", kTarget));
  co_await context.administration.resume();
  co_return co_await answer(context, 0);
}

base::Task<http::Response> retry_failed(Context& context, Call& call) {
  co_await note(context, audit_entry(call, "queue.retry", kTarget));
  const auto jobs = co_await context.administration.retry_failed();
  co_return co_await answer(context, jobs);
}

base::Task<http::Response> clean_queue(Context& context, Call& call) {
  ObjectReader reader(call.body);
  reader.require("state");
  const auto state = reader.choice("state", {"waiting", "delayed", "failed", "completed"});
  const base::Millis older_than(reader.integer("olderThanMs", 0, kOldestMs).value_or(0));
  reader.finish();
  co_await note(context, audit_entry(call, "queue.clean", kTarget, call.body));
  const auto jobs =
      co_await context.administration.clean(queue::state_from_string(*state).value(), older_than);
  co_return co_await answer(context, jobs);
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/operations", Access::admin, Body::none, get_operations},
    {http::Method::get, "/api/v1/operations/warnings", Access::admin, Body::none, get_warnings},
    {http::Method::get, "/api/v1/operations/queue/jobs", Access::admin, Body::none, list_jobs},
    {http::Method::post, "/api/v1/operations/queue/pause", Access::admin, Body::none, pause_queue},
    {http::Method::post, "/api/v1/operations/queue/resume", Access::admin, Body::none, resume_queue},
    {http::Method::post, "/api/v1/operations/queue/retry", Access::admin, Body::none, retry_failed},
    {http::Method::post, "/api/v1/operations/queue/clean", Access::admin, Body::required, clean_queue},
};

}  // namespace

std::span<const Route> operation_routes() { return kRoutes; }

}  // namespace watchbill::api
