// worker.*, release: workers and what they tell.
#include "tests/interop/peer/options.h"
#include "tests/interop/peer/stage.h"

namespace interop {

namespace {

Json record_of(const bullmq::Job& job) {
  return {{"job", job.id()}, {"name", job.name()}, {"attemptsMade", job.record().attempts_made}};
}

bullmq::WorkerEvents events_of(Stage& stage, const std::string& worker) {
  const auto tell = [&stage, worker](const char* event, Json more) {
    Json told = {{"event", event}, {"worker", worker}};
    told.update(more);
    stage.tell(told);
  };
  bullmq::WorkerEvents events;
  events.active = [tell](const bullmq::Job& job) { tell("active", record_of(job)); };
  events.completed = [tell](const bullmq::Job& job, const Json& value) {
    auto record = record_of(job);
    record["returnValue"] = value;
    tell("completed", std::move(record));
  };
  events.failed = [tell](const bullmq::Job& job, const std::string& reason, bool will_retry) {
    auto record = record_of(job);
    record["reason"] = reason;
    record["willRetry"] = will_retry;
    tell("failed", std::move(record));
  };
  events.stalled = [tell](const std::string& id) { tell("stalled", {{"job", id}}); };
  events.lock_lost = [tell](const std::string& id) { tell("lockLost", {{"job", id}}); };
  events.drained = [tell] { tell("drained", Json::object()); };
  events.error = [tell](const std::string& what) { tell("error", {{"what", what}}); };
  return events;
}

base::Task<Json> open(Stage& stage, Json request) {
  const std::string handle = request.at("worker");
  auto& worker = stage.workers[handle];
  worker = std::make_unique<bullmq::Worker>(
      stage.executor, stage.clock, stage.server, request.at("queue"),
      [&stage](bullmq::Job& job) { return stage.processor.run(job); },
      worker_options(member(request, "opts", Json::object())), events_of(stage, handle));
  co_await worker->start();
  co_return nullptr;
}

base::Task<Json> pause(Stage& stage, Json request) {
  stage.worker(request).pause();
  co_return nullptr;
}

base::Task<Json> resume(Stage& stage, Json request) {
  stage.worker(request).resume();
  co_return nullptr;
}

base::Task<Json> close(Stage& stage, Json request) {
  if (request.contains("grace"))
    co_await stage.worker(request).close(base::Millis(request["grace"].get<std::int64_t>()));
  else
    co_await stage.worker(request).stop();
  co_return nullptr;
}

base::Task<Json> stats(Stage& stage, Json request) {
  const auto stats = stage.worker(request).stats();
  co_return Json{{"completed", stats.completed}, {"failed", stats.failed},       {"retried", stats.retried},
                 {"lockLost", stats.lock_lost},  {"recovered", stats.recovered}, {"active", stats.active}};
}

base::Task<Json> cancel(Stage& stage, Json request) {
  co_return stage.worker(request).cancel_job(request.at("job"), member(request, "reason", "cancelled"));
}

base::Task<Json> release(Stage& stage, Json request) {
  stage.processor.release(request.at("job"));
  co_return nullptr;
}

}  // namespace

CommandTable worker_commands() {
  return {
      {"worker.open", open},   {"worker.pause", pause},   {"worker.resume", resume}, {"worker.close", close},
      {"worker.stats", stats}, {"worker.cancel", cancel}, {"release", release},
  };
}

}  // namespace interop
