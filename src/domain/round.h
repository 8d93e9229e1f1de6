// One execution of all enabled monitors of one user for one slot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/monitor.h"
#include "domain/schedule.h"
#include "domain/user.h"
#include "domain/verdict.h"

namespace watchbill::domain {

enum class Outcome { success, failed, skipped };

// What caused a round: its slot came (or the user asked to run now), or an operator's call to the cron
// endpoint in direct or sync mode, or the fallback while the queue was away (sync).
enum class Trigger { schedule, direct, sync };

struct CheckCounts {
  int up = 0;
  int down = 0;
  int unknown = 0;
  int processed() const { return up + down + unknown; }
};

// A recorded round; unique by (user_id, slot).
struct Round {
  UserId user_id;
  base::Timestamp slot;
  Fence fence = 0;
  Trigger trigger = Trigger::schedule;
  std::string worker;
  base::Timestamp started_at;
  base::Timestamp finished_at;
  Outcome outcome = Outcome::success;
  std::string error;  // empty unless failed
  CheckCounts counts;
  std::int64_t missed = 0;  // slots after this one that passed without a round

  base::Millis duration() const { return finished_at - started_at; }
  base::Millis lateness() const { return started_at > slot ? started_at - slot : base::Millis(0); }
};

// A claim as the dispatcher got it from the database.
struct Claim {
  UserId user_id;
  std::string user_email;
  int interval_minutes = 5;
  base::Timestamp slot;
  Fence fence = 0;
  base::Timestamp due_since;  // of a claim of many: when he could first have been claimed; the slot, or the
                              // end of a lease
};

// A claim that a worker took authority for, with all that a round needs.
struct StartedRound {
  Claim claim;
  base::Timestamp started_at;     // database clock
  std::vector<Monitor> monitors;  // those to check: not paused, in the user's order
};

// Where a round stands, for people who watch it.
struct RoundProgress {
  UserId user_id;
  base::Timestamp slot;
  base::Timestamp started_at;
  int checked = 0;
  int total = 0;
};

std::string_view to_string(Outcome outcome);
std::string_view to_string(Trigger trigger);
std::optional<Outcome> outcome_from_string(std::string_view text);
std::optional<Trigger> trigger_from_string(std::string_view text);

CheckCounts count(const std::vector<CheckResult>& results);

// failed when a monitor is down, skipped when nothing was to be checked. A verdict of unknown fails no round.
Outcome outcome_of(const CheckCounts& counts);

// "2 of 5 monitors down": the error text of a failed round; empty for the others.
std::string summary_of(const CheckCounts& counts);

}  // namespace watchbill::domain
