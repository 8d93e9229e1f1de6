// What an operator has to know about, found from what queue, database and dispatcher say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/services.h"
#include "queue/administration.h"
#include "store/operations.h"

namespace watchbill::api {

// The queue as it was found.
struct QueueView {
  std::string_view engine;
  std::string error;  // why it could not be asked; then what follows says nothing
  domain::QueueCounts counts;
  bool is_paused = false;
  std::optional<std::vector<queue::Consumer>> consumers;  // none: the queue cannot tell

  bool is_reachable() const { return error.empty(); }
};

// A queue that is known to be away is not asked: that would only take the time until nobody has answered.
base::Task<QueueView> look_at_queue(queue::Administration& queue, domain::QueueState known);

enum class ProcessState {
  alive,
  lost,  // it did not say good-bye, and was not seen for three beats
  stopped,
};

std::string_view to_string(ProcessState state);
ProcessState state_of(const store::Process& process, base::Timestamp now);

struct Warning {
  enum class Code {
    queue_away,   // it cannot be asked
    degraded,     // rounds run without it
    no_consumer,  // jobs wait, and nobody takes them
    paused,       // nobody may take anything
    cron_silent,  // the built-in ticker stands in for cron
  };

  Code code;
  std::optional<base::Timestamp> since;
  std::string reason;
};

std::string_view to_string(Warning::Code code);

// What warnings are found in.
struct Findings {
  QueueView queue;
  domain::QueueState dispatched_to;
  bool cron_is_silent = false;  // as far as this process knows: cron may call another one
  std::vector<store::Process> processes;
  std::vector<store::LoggedDispatch> dispatches;  // the last ones
  base::Timestamp now;                            // by the database's clock, as the two above
};

// The gravest first.
std::vector<Warning> warnings_of(const Findings& found);

}  // namespace watchbill::api
