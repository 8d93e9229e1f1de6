#include "app/commands/queue.h"

#include <ostream>

#include "api/json/operation_json.h"
#include "api/operations.h"
#include "app/commands/store_access.h"
#include "app/node/run_task.h"
#include "app/text/span.h"
#include "app/text/table.h"
#include "queue/bullmq_queue.h"

namespace watchbill::app {

using base::Task;

namespace {

constexpr const char* kTarget = "monitor-user-tasks";
constexpr std::int64_t kMostMinutes = 366 * 24 * 60;

Failure no_redis(const Speaker& say) {
  return {ExitCode::failed, say("REDIS_URL is not set: the queue lies in the memory of the server"),
          say("the page shows it under Operations, to administrators")};
}

Failure queue_away(const std::string& detail, const Speaker& say) {
  Failure failure(ExitCode::dependency_down, say("the queue does not answer"),
                  say("check that Redis runs and that REDIS_URL is right"));
  failure.detail = detail;
  return failure;
}

redis::Options server_of(const Context& context, const Config& config) {
  if (config.redis_url.empty()) throw no_redis(context.say);
  try {
    return redis::parse_url(config.redis_url);
  } catch (const std::invalid_argument& error) {
    Failure failure(ExitCode::config_invalid, context.say("REDIS_URL cannot be understood"));
    failure.detail = error.what();
    throw failure;
  }
}

// The queue as long as a command lasts.
class OpenQueue {
 public:
  OpenQueue(const Context& context, const Config& config)
      : say_(context.say),
        queue_(reactor_.get_executor(), context.around.clock, {.server = server_of(context, config)}) {
    run_task(reactor_, done(queue_.start()));
  }
  ~OpenQueue() { run_task(reactor_, done(queue_.stop())); }

  queue::Administration& operator*() { return queue_; }

  template <class T>
  T run(Task<T> task) {
    std::string cause;
    try {
      return run_task(reactor_, std::move(task));
    } catch (const queue::Unavailable& error) {
      cause = error.what();
    }
    throw queue_away(cause, say_);
  }
  void run(Task<> task) { run(done(std::move(task))); }

  // Throws Failure when it cannot be asked.
  api::QueueView look() {
    auto view = run(api::look_at_queue(queue_, {}));
    if (!view.is_reachable()) throw queue_away(view.error, say_);
    return view;
  }

 private:
  static Task<bool> done(Task<> task) {
    co_await std::move(task);
    co_return true;
  }

  const Speaker& say_;
  boost::asio::io_context reactor_{1};
  queue::BullmqQueue queue_;
};

void print_queue(const Context& context, const api::QueueView& queue) {
  const auto& say = context.say;
  Table table;
  table.add({say("state"), queue.is_paused ? say("paused") : say("working")});
  table.add({say("waiting"), std::to_string(queue.counts.waiting)});
  table.add({say("active"), std::to_string(queue.counts.active)});
  table.add({say("delayed"), std::to_string(queue.counts.delayed)});
  table.add({say("failed"), std::to_string(queue.counts.failed)});
  table.add({say("completed"), std::to_string(queue.counts.completed)});
  std::string consumers = say("not known");
  if (queue.consumers) {
    consumers = std::to_string(queue.consumers->size());
    for (const auto& consumer : *queue.consumers)
      consumers += (consumer.name.empty() ? " " + consumer.address : " " + consumer.name);
  }
  table.add({say("connected workers"), consumers});
  context.around.out << table.text();
}

std::string name_of(api::ProcessState state, const Speaker& say) {
  switch (state) {
    case api::ProcessState::alive:
      return say("alive");
    case api::ProcessState::lost:
      return say("not seen");
    case api::ProcessState::stopped:
      break;
  }
  return say("stopped");
}

void print_processes(const Context& context, const std::vector<store::Process>& processes,
                     base::Timestamp now) {
  const auto& say = context.say;
  Table table(
      {say("PROCESS"), "PID", say("ROLE"), say("STATE"), say("ROUNDS"), say("DONE"), say("LAST SEEN")});
  for (const auto& process : processes)
    table.add({process.instance, std::to_string(process.pid), process.role,
               name_of(api::state_of(process, now), say),
               fmt::format("{}/{}", process.running, process.concurrency),
               std::to_string(process.rounds_done), describe_time(process.seen_at, now, say)});
  if (!table.empty()) context.around.out << "\n" << table.text();
}

// Written down first, as the API does it: nothing is done that nobody can be asked for.
struct Desk {
  explicit Desk(const Context& context)
      : context(context), config(context.config({.database = true, .queue = true})), queue(context, config) {}

  void note(std::string action, Json detail = Json::object()) {
    queue.look();
    const auto store = open_store(context, config);
    log_audit(context, *store, std::move(action), kTarget, std::move(detail));
  }
  ExitCode answer(std::int64_t jobs, const std::string& message) {
    if (context.json)
      context.print(Json{{"jobs", jobs}, {"queue", api::queue_json(queue.look())}});
    else
      context.print(message);
    return ExitCode::ok;
  }

  const Context& context;
  const Config config;
  OpenQueue queue;
};

}  // namespace

ExitCode QueueStats::run(Context& context) {
  const auto config = context.config({.database = true});
  const auto view = OpenQueue(context, config).look();
  const auto store = open_store(context, config);
  const auto processes = store->operations().processes();
  const auto now = store->operations().now();
  if (!context.json) {
    print_queue(context, view);
    print_processes(context, processes, now);
    return ExitCode::ok;
  }
  Json result = {{"queue", api::queue_json(view)}, {"processes", Json::array()}};
  for (const auto& process : processes) result["processes"].push_back(api::process_json(process, now));
  context.print(result);
  return ExitCode::ok;
}

ExitCode QueuePause::run(Context& context) {
  Desk desk(context);
  desk.note("queue.pause");
  desk.queue.run((*desk.queue).pause());
  return desk.answer(0, context.say("the queue is paused: no round starts until `watchbill queue resume`"));
}

ExitCode QueueResume::run(Context& context) {
  Desk desk(context);
  desk.note("queue.resume");
  desk.queue.run((*desk.queue).resume());
  return desk.answer(0, context.say("the queue runs again"));
}

ExitCode QueueRetry::run(Context& context) {
  Desk desk(context);
  desk.note("queue.retry");
  const auto jobs = desk.queue.run((*desk.queue).retry_failed());
  return desk.answer(jobs, context.say("failed jobs that wait again: {}", jobs));
}

void QueueClean::declare(Flags& flags) {
  flags.argument("STATE", state_, "failed, completed, delayed or waiting");
  flags.number("--older-than", "MINUTES", older_than_minutes_, 0, kMostMinutes,
               "only what ended, or was added, at least so long ago");
  flags.flag("--yes", yes_, "do not ask");
}

ExitCode QueueClean::run(Context& context) {
  const auto& say = context.say;
  const auto state = queue::state_from_string(state_);
  if (!state || *state == queue::JobState::active)
    throw Failure(ExitCode::usage, say("{} is no state whose jobs can be removed", state_),
                  say("failed, completed, delayed and waiting are"));
  Desk desk(context);
  if (!yes_ && !context.confirm(say("Remove the {} jobs?", state_), "--yes"))
    throw Failure(ExitCode::failed, say("nothing was removed"));
  const base::Millis older_than = std::chrono::minutes(older_than_minutes_.value_or(0));
  desk.note("queue.clean", {{"state", state_}, {"olderThanMs", older_than.count()}});
  const auto jobs = desk.queue.run((*desk.queue).clean(*state, older_than));
  return desk.answer(jobs, say("jobs removed: {}", jobs));
}

}  // namespace watchbill::app
