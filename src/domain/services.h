// What one part of watchbill offers to its siblings, without them including each other. Wired in app/.
// All calls on the reactor thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/task.h"
#include "domain/round.h"

namespace watchbill::domain {

// Jobs by BullMQ's states.
struct QueueCounts {
  std::int64_t waiting = 0;
  std::int64_t active = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t delayed = 0;
  std::int64_t finished = 0;  // ever, while `completed` and `failed` may be of those that are kept
  std::int64_t dropped = 0;   // of the completed: stale or doubled, settled without a round
};

// While the queue is away, rounds run in the process that dispatches.
struct QueueState {
  bool degraded = false;
  std::optional<base::Timestamp> since;  // of `degraded`
  std::string reason;                    // in one line, without secrets
};

// A finished round with what it found, in the order of the monitors.
struct RoundReport {
  std::string user_email;
  Round round;
  std::vector<Monitor> monitors;
  std::vector<CheckResult> results;
};

enum class RunRefusal {
  unknown_user,
  already_running,
  busy,      // as many rounds as may run for callers run already
  stopping,  // this process ends
  lost,      // another worker took the user over while the round ran; nothing was recorded
};

using RunResult = std::variant<RoundReport, RunRefusal>;

// Runs single rounds in this process. Implemented by runner/.
class RoundRunner {
 public:
  virtual ~RoundRunner() = default;

  // Claims and runs this user now, due or not, enabled or not; his next slot stays unless it was due.
  virtual base::Task<RunResult> run_user(UserId user_id) = 0;

  // Starts and runs a claim that the caller holds. already_running: somebody else started it.
  virtual base::Task<RunResult> run_claim(Claim claim, Trigger trigger) = 0;
};

struct DispatchReport {
  std::vector<UserId> user_ids;
  std::int64_t remaining = 0;  // due and not claimed by this call
  QueueCounts queue;
  bool degraded = false;  // the queue is away: these rounds run in this process
};

struct SyncReport {
  struct Item {
    UserId user_id;
    std::string email;
    bool ok = false;
    base::Millis duration{0};
    std::string error;
  };
  std::vector<Item> items;
};

// Claims due users. Implemented by dispatch/.
class Dispatching {
 public:
  virtual ~Dispatching() = default;

  // One batch into the queue; DISPATCH_BATCH_SIZE users at most.
  virtual base::Task<DispatchReport> dispatch() = 0;

  // One batch run here, one after the other, without the queue.
  virtual base::Task<SyncReport> dispatch_sync() = 0;

  // Somebody became due earlier than planned (run now, edited, enabled): the ticker looks again.
  virtual void wake() = 0;

  // This process should hear cron, and has not for a while: the built-in ticker stands in for it.
  virtual bool cron_is_silent() const { return false; }
};

}  // namespace watchbill::domain
