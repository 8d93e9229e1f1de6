// One thing that a user wants watched.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/user.h"
#include "domain/verdict.h"

namespace watchbill::domain {

using MonitorId = std::string;

// pending: no verdict yet (new, or edited).
enum class MonitorState { pending, up, down };

// What the checks so far amount to; see apply_finding() in domain/incident.h.
struct MonitorStatus {
  MonitorState state = MonitorState::pending;
  base::Timestamp since;         // when `state` was entered
  int consecutive_failures = 0;  // reset by a success; "not measured" leaves both counts alone
  int consecutive_successes = 0;
};

struct Monitor {
  MonitorId id;
  UserId user_id;
  std::string name;
  std::string kind;              // a row of the probe table: "http", "tcp"
  nlohmann::json config;         // object; its shape is the kind's, checked and normalised by MonitorKinds
  bool paused = false;           // kept, but not part of rounds
  int failures_before_down = 1;  // 1..10
  int successes_before_up = 1;   // 1..10
  MonitorStatus status;
  base::Timestamp created_at;
  base::Timestamp updated_at;
};

std::string_view to_string(MonitorState state);
std::optional<MonitorState> monitor_state_from_string(std::string_view text);

// One thing wrong with a monitor's configuration, as the form shows it.
struct ConfigError {
  std::string path;     // JSON pointer inside the config, e.g. "/url"
  std::string code;     // "required", "type", "range", "format", "unknown_field", "target_not_allowed"
  std::string message;  // English
};

// The kinds of monitors that exist. Implemented by probe/, used by api/ and app/.
class MonitorKinds {
 public:
  virtual ~MonitorKinds() = default;

  // [{"kind":"http","schema":{JSON schema of the config},"defaults":{…}}, …] in the order of the table.
  virtual nlohmann::json describe() const = 0;

  // Checks `config` of `kind` and fills in defaults in place; empty when it can be saved. All errors at once.
  // Resolves names, to refuse targets that the address guard would not let us connect to; a name that cannot
  // be resolved now is let through, the guard looks again at every check.
  virtual base::Task<std::vector<ConfigError>> check_config(std::string kind,
                                                            nlohmann::json& config) const = 0;
};

// Runs one probe. Implemented by probe/, used by runner/ and, for "test now", by api/.
class Prober {
 public:
  virtual ~Prober() = default;

  // Never throws for anything the target, the network or the configuration does; returns by the monitor's own
  // deadline at the latest. Cancelling the coroutine ends it at once.
  virtual base::Task<Finding> probe(std::string kind, nlohmann::json config) = 0;
};

}  // namespace watchbill::domain
