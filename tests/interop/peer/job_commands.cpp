// job.*: one job of a queue, by its id in "job".
#include <stdexcept>

#include "tests/interop/peer/stage.h"

namespace interop {

namespace {

base::Task<bullmq::Job> job_of(Stage& stage, Json request) {
  const std::string id = request.at("job");
  auto job = co_await stage.queue(request).get_job(id);
  if (!job) throw std::invalid_argument("there is no job " + id);
  co_return std::move(*job);
}

base::Millis millis(const Json& request, const char* name) {
  return base::Millis(request.at(name).get<std::int64_t>());
}

Json or_null(const std::optional<Json>& json) { return json ? *json : Json(); }

base::Task<Json> get(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  const auto state = co_await job.state();
  const auto& record = job.record();
  co_return Json{{"id", job.id()},
                 {"name", job.name()},
                 {"data", job.data()},
                 {"state", bullmq::name_of(state)},
                 {"attemptsMade", record.attempts_made},
                 {"attemptsStarted", record.attempts_started},
                 {"stalledCounter", record.stalled_counter},
                 {"delay", record.delay.count()},
                 {"priority", record.priority},
                 {"processedBy", record.processed_by},
                 {"failedReason", record.failed_reason},
                 {"progress", or_null(job.progress())},
                 {"returnvalue", or_null(job.return_value())},
                 {"traces", job.stack_trace().size()}};
}

base::Task<Json> logs(Stage& stage, Json request) {
  const auto logs = co_await stage.queue(request).job_logs(request.at("job"));
  co_return Json{{"logs", logs.lines}, {"count", logs.count}};
}

base::Task<Json> retry(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.retry(bullmq::state_named(request.value("state", "failed")));
  co_return nullptr;
}

base::Task<Json> promote(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.promote();
  co_return nullptr;
}

base::Task<Json> change_delay(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.change_delay(millis(request, "delay"));
  co_return nullptr;
}

base::Task<Json> change_priority(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.change_priority(request.at("priority").get<std::uint32_t>(), request.value("lifo", false));
  co_return nullptr;
}

base::Task<Json> remove(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.remove();
  co_return nullptr;
}

base::Task<Json> update_data(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  co_await job.update_data(request.at("data"));
  co_return nullptr;
}

base::Task<Json> wait(Stage& stage, Json request) {
  auto job = co_await job_of(stage, request);
  auto& events = *stage.listeners.at(request.at("queue").get<std::string>());
  const auto finished = co_await job.wait_until_finished(events, millis(request, "ms"));
  if (!finished) co_return nullptr;
  co_return Json{{"state", bullmq::name_of(finished->state)},
                 {"returnvalue", or_null(finished->return_value)},
                 {"failedReason", finished->failed_reason}};
}

}  // namespace

CommandTable job_commands() {
  return {
      {"job.get", get},
      {"job.logs", logs},
      {"job.retry", retry},
      {"job.promote", promote},
      {"job.changeDelay", change_delay},
      {"job.changePriority", change_priority},
      {"job.remove", remove},
      {"job.updateData", update_data},
      {"job.waitUntilFinished", wait},
  };
}

}  // namespace interop
