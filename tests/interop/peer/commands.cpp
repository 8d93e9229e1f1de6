#include "tests/interop/peer/commands.h"

#include <stdexcept>

#include "tests/interop/peer/options.h"

namespace interop {

namespace {

constexpr base::Millis kReady{5000};

Json member(const Json& json, const char* name, Json otherwise) {
  const auto found = json.find(name);
  return found == json.end() ? otherwise : *found;
}

Json record_of(const bullmq::Job& job) {
  return {{"job", job.id()}, {"name", job.name()}, {"attemptsMade", job.record().attempts_made}};
}

bullmq::NewJob new_job(const Json& json) {
  return {.name = json.at("name"),
          .data = bullmq::to_text(member(json, "data", Json::object())),
          .options = job_options(member(json, "opts", nullptr))};
}

}  // namespace

Commands::Commands(base::asio::any_io_executor executor, const base::Clock& clock,
                   watchbill::redis::Options server, Tell tell)
    : executor_(executor),
      clock_(clock),
      server_(std::move(server)),
      tell_(std::move(tell)),
      processor_(executor, clock) {}

base::Task<Json> Commands::carry_out(Json request) {
  static const std::map<std::string, Command> kCommands{
      {"queue.open", &Commands::open_queue},     {"queue.add", &Commands::add},
      {"queue.addMany", &Commands::add_many},    {"worker.open", &Commands::open_worker},
      {"worker.pause", &Commands::pause_worker}, {"worker.resume", &Commands::resume_worker},
      {"worker.close", &Commands::close_worker}, {"worker.stats", &Commands::worker_stats},
      {"worker.cancel", &Commands::cancel_job},  {"release", &Commands::release_job},
  };
  const std::string name = request.at("do");
  const auto found = kCommands.find(name);
  if (found == kCommands.end()) throw std::invalid_argument("the peer has no command " + name);
  return (this->*found->second)(std::move(request));
}

base::Task<> Commands::stop() {
  for (const auto& [name, worker] : workers_) co_await worker->close(base::Millis(0));
  for (const auto& [name, queue] : queues_) co_await queue->stop();
}

base::Task<Json> Commands::open_queue(Json request) {
  const std::string name = request.at("queue");
  auto& queue = queues_[name];
  queue = std::make_unique<bullmq::Queue>(executor_, clock_, server_, name,
                                          queue_options(member(request, "opts", Json::object())));
  co_await queue->start();
  co_await queue->wait_ready(kReady);
  co_return nullptr;
}

base::Task<Json> Commands::add(Json request) {
  const std::string name = request.at("name");
  const auto data = member(request, "data", Json::object());
  auto& to = queue(request);
  if (!request.contains("opts")) {
    const auto job = co_await to.add(name, data);
    co_return job.id();
  }
  const auto options = job_options(request["opts"]);
  const auto job = co_await to.add(name, data, options);
  co_return job.id();
}

base::Task<Json> Commands::add_many(Json request) {
  std::vector<bullmq::NewJob> jobs;
  for (const auto& job : request.at("jobs")) jobs.push_back(new_job(job));
  co_return co_await queue(request).add_many(std::move(jobs));
}

base::Task<Json> Commands::open_worker(Json request) {
  const std::string handle = request.at("worker");
  auto& worker = workers_[handle];
  worker = std::make_unique<bullmq::Worker>(
      executor_, clock_, server_, request.at("queue"),
      [this](bullmq::Job& job) { return processor_.run(job); },
      worker_options(member(request, "opts", Json::object())), events_of(handle));
  co_await worker->start();
  co_return nullptr;
}

base::Task<Json> Commands::pause_worker(Json request) {
  worker(request).pause();
  co_return nullptr;
}

base::Task<Json> Commands::resume_worker(Json request) {
  worker(request).resume();
  co_return nullptr;
}

base::Task<Json> Commands::close_worker(Json request) {
  if (request.contains("grace"))
    co_await worker(request).close(base::Millis(request["grace"].get<std::int64_t>()));
  else
    co_await worker(request).stop();
  co_return nullptr;
}

base::Task<Json> Commands::worker_stats(Json request) {
  const auto stats = worker(request).stats();
  co_return Json{{"completed", stats.completed}, {"failed", stats.failed},       {"retried", stats.retried},
                 {"lockLost", stats.lock_lost},  {"recovered", stats.recovered}, {"active", stats.active}};
}

base::Task<Json> Commands::cancel_job(Json request) {
  co_return worker(request).cancel_job(request.at("job"), member(request, "reason", "cancelled"));
}

base::Task<Json> Commands::release_job(Json request) {
  processor_.release(request.at("job"));
  co_return nullptr;
}

bullmq::Queue& Commands::queue(const Json& request) const {
  return *queues_.at(request.at("queue").get<std::string>());
}

bullmq::Worker& Commands::worker(const Json& request) const {
  return *workers_.at(request.at("worker").get<std::string>());
}

bullmq::WorkerEvents Commands::events_of(const std::string& worker) const {
  const auto tell = [this, worker](const char* event, Json more) {
    Json told = {{"event", event}, {"worker", worker}};
    told.update(more);
    tell_(told);
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

}  // namespace interop
