// queue.*, events.open: a queue as a whole, and listening to it.
#include "tests/interop/peer/options.h"
#include "tests/interop/peer/stage.h"

namespace interop {

namespace {

constexpr base::Millis kReady{5000};

base::Millis millis(const Json& request, const char* name) {
  return base::Millis(request.value(name, std::int64_t{0}));
}

bullmq::NewJob new_job(const Json& json) {
  return {.name = json.at("name"),
          .data = bullmq::to_text(member(json, "data", Json::object())),
          .options = job_options(member(json, "opts"))};
}

base::Task<Json> open(Stage& stage, Json request) {
  const std::string name = request.at("queue");
  auto& queue = stage.queues[name];
  queue = std::make_unique<bullmq::Queue>(stage.executor, stage.clock, stage.server, name,
                                          queue_options(member(request, "opts", Json::object())));
  co_await queue->start();
  co_await queue->wait_ready(kReady);
  co_return nullptr;
}

base::Task<Json> add(Stage& stage, Json request) {
  const std::string name = request.at("name");
  const auto data = member(request, "data", Json::object());
  auto& queue = stage.queue(request);
  if (!request.contains("opts")) {
    const auto job = co_await queue.add(name, data);
    co_return job.id();
  }
  const auto options = job_options(request["opts"]);
  const auto job = co_await queue.add(name, data, options);
  co_return job.id();
}

base::Task<Json> add_many(Stage& stage, Json request) {
  std::vector<bullmq::NewJob> jobs;
  for (const auto& job : request.at("jobs")) jobs.push_back(new_job(job));
  co_return co_await stage.queue(request).add_many(std::move(jobs));
}

base::Task<Json> pause(Stage& stage, Json request) {
  co_await stage.queue(request).pause();
  co_return nullptr;
}

base::Task<Json> resume(Stage& stage, Json request) {
  co_await stage.queue(request).resume();
  co_return nullptr;
}

base::Task<Json> is_paused(Stage& stage, Json request) {
  co_return co_await stage.queue(request).is_paused();
}

base::Task<Json> counts(Stage& stage, Json request) {
  Json counts = Json::object();
  for (const auto& [state, count] : co_await stage.queue(request).job_counts())
    counts[std::string(bullmq::name_of(state))] = count;
  co_return counts;
}

base::Task<Json> ids(Stage& stage, Json request) {
  const std::vector<bullmq::JobState> states{bullmq::state_named(request.at("state").get<std::string>())};
  co_return co_await stage.queue(request).get_job_ids(states);
}

base::Task<Json> clean(Stage& stage, Json request) {
  const auto state = bullmq::state_named(request.at("state").get<std::string>());
  const auto limit = request.value("limit", std::int64_t{0});
  co_return co_await stage.queue(request).clean(millis(request, "grace"), limit, state);
}

base::Task<Json> drain(Stage& stage, Json request) {
  co_await stage.queue(request).drain(request.value("delayed", false));
  co_return nullptr;
}

base::Task<Json> obliterate(Stage& stage, Json request) {
  co_await stage.queue(request).obliterate(request.value("force", false));
  co_return nullptr;
}

base::Task<Json> retry_jobs(Stage& stage, Json request) {
  const bullmq::RetryJobs which{.state = bullmq::state_named(request.value("state", "failed"))};
  co_await stage.queue(request).retry_jobs(which);
  co_return nullptr;
}

base::Task<Json> promote_jobs(Stage& stage, Json request) {
  co_await stage.queue(request).promote_jobs();
  co_return nullptr;
}

base::Task<Json> set_global_concurrency(Stage& stage, Json request) {
  co_await stage.queue(request).set_global_concurrency(request.at("concurrency").get<std::int64_t>());
  co_return nullptr;
}

base::Task<Json> rate_limit(Stage& stage, Json request) {
  co_await stage.queue(request).rate_limit(millis(request, "ms"));
  co_return nullptr;
}

base::Task<Json> workers(Stage& stage, Json request) {
  Json names = Json::array();
  for (const auto& client : co_await stage.queue(request).workers()) names.push_back(client.name);
  co_return names;
}

base::Task<Json> listen(Stage& stage, Json request) {
  const std::string queue = request.at("queue");
  bullmq::QueueEventsListener listener;
  listener.event = [&stage, queue](const bullmq::QueueEvent& event) {
    Json fields = Json::object();
    for (const auto& [name, value] : event.fields()) fields[name] = value;
    stage.tell({{"heard", event.name()}, {"queue", queue}, {"fields", fields}});
  };
  auto& events = stage.listeners[queue];
  const bullmq::QueueEventsOptions options{.last_event_id = "0"};
  events = std::make_unique<bullmq::QueueEvents>(stage.executor, stage.clock, stage.server, queue, listener,
                                                 options);
  co_await events->start();
  co_return co_await events->wait_listening(stage.clock.monotonic_now() + kReady);
}

}  // namespace

CommandTable queue_commands() {
  return {
      {"queue.open", open},
      {"queue.add", add},
      {"queue.addMany", add_many},
      {"queue.pause", pause},
      {"queue.resume", resume},
      {"queue.isPaused", is_paused},
      {"queue.counts", counts},
      {"queue.ids", ids},
      {"queue.clean", clean},
      {"queue.drain", drain},
      {"queue.obliterate", obliterate},
      {"queue.retryJobs", retry_jobs},
      {"queue.promoteJobs", promote_jobs},
      {"queue.setGlobalConcurrency", set_global_concurrency},
      {"queue.rateLimit", rate_limit},
      {"queue.workers", workers},
      {"events.open", listen},
  };
}

}  // namespace interop
