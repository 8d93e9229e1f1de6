#include "api/operations.h"

#include <algorithm>

#include "queue/queue.h"

namespace watchbill::api {

namespace {

// Three beats of ten seconds.
constexpr base::Millis kLostAfter{30'000};
constexpr base::Millis kCronPatience{120'000};

bool takes_jobs(const store::Process& process, base::Timestamp now) {
  return process.concurrency > 0 && state_of(process, now) == ProcessState::alive;
}

// Where the queue knows who is connected, that is the truth: it knows of workers of other programs too, and
// at once of one that was killed.
bool has_consumer(const Findings& found) {
  if (found.queue.consumers) return !found.queue.consumers->empty();
  return std::ranges::any_of(found.processes,
                             [&found](const auto& process) { return takes_jobs(process, found.now); });
}

bool cron_called_lately(const Findings& found) {
  return std::ranges::any_of(found.dispatches, [&found](const auto& entry) {
    return entry.source == "cron" && found.now - entry.at < kCronPatience;
  });
}

}  // namespace

base::Task<QueueView> look_at_queue(queue::Administration& queue, domain::QueueState known) {
  QueueView view{.engine = queue.engine()};
  if (known.degraded) {
    view.error = known.reason.empty() ? "no answer" : std::move(known.reason);
    co_return view;
  }
  try {
    view.counts = co_await queue.counts();
    view.is_paused = co_await queue.is_paused();
    view.consumers = co_await queue.consumers();
  } catch (const queue::Unavailable& error) {
    view.error = error.what();
  }
  co_return view;
}

ProcessState state_of(const store::Process& process, base::Timestamp now) {
  if (process.stopped_at) return ProcessState::stopped;
  return now - process.seen_at > kLostAfter ? ProcessState::lost : ProcessState::alive;
}

std::string_view to_string(ProcessState state) {
  switch (state) {
    case ProcessState::alive:
      return "alive";
    case ProcessState::lost:
      return "lost";
    case ProcessState::stopped:
      break;
  }
  return "stopped";
}

std::string_view to_string(Warning::Code code) {
  switch (code) {
    case Warning::Code::queue_away:
      return "queue_away";
    case Warning::Code::degraded:
      return "degraded";
    case Warning::Code::no_consumer:
      return "no_consumer";
    case Warning::Code::paused:
      return "paused";
    case Warning::Code::cron_silent:
      break;
  }
  return "cron_silent";
}

std::vector<Warning> warnings_of(const Findings& found) {
  using Code = Warning::Code;
  const auto& queue = found.queue;
  std::vector<Warning> warnings;
  if (found.dispatched_to.degraded)
    warnings.push_back({Code::degraded, found.dispatched_to.since, found.dispatched_to.reason});
  else if (!queue.is_reachable())
    warnings.push_back({Code::queue_away, std::nullopt, queue.error});
  if (queue.is_reachable() && queue.is_paused)
    warnings.push_back({Code::paused, std::nullopt, ""});
  else if (queue.is_reachable() && queue.counts.waiting > 0 && !has_consumer(found))
    warnings.push_back({Code::no_consumer, std::nullopt, ""});
  if (found.cron_is_silent && !cron_called_lately(found))
    warnings.push_back({Code::cron_silent, std::nullopt, ""});
  return warnings;
}

}  // namespace watchbill::api
