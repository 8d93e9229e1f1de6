// The Redis keys of one queue: "<prefix>:<queue>:<part>".
#pragma once

#include <string>
#include <string_view>

namespace watchbill::bullmq {

// Fixed after construction.
struct Keys {
  // Throws std::invalid_argument for a queue name that is empty or contains ":".
  Keys(std::string_view prefix, std::string_view queue);

  std::string of(std::string_view part) const { return base + std::string(part); }
  std::string job(std::string_view id) const { return of(id); }

  std::string queue;
  std::string qualified_name;  // "<prefix>:<queue>"
  std::string base;            // "<prefix>:<queue>:", what the scripts put job ids behind

  std::string active, completed, deduplication, delayed, events, failed, id, limiter, marker, meta,
      metrics_completed, metrics_failed, paused, priority_counter, prioritized, repeat, stalled,
      stalled_check, wait, waiting_children;
};

// Behind client names: of a worker that has a name, which follows; of a listener to events.
constexpr std::string_view kWorkerSuffix = ":w:";
constexpr std::string_view kListenerSuffix = ":qe";

// How connections introduce themselves, so that tools find the workers and listeners of a queue in CLIENT
// LIST:
// "<prefix>:<base64 of the queue><suffix>".
std::string client_name(std::string_view prefix, std::string_view queue, std::string_view suffix = "");

}  // namespace watchbill::bullmq
