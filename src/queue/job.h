// What travels from dispatcher to worker. A hint only: the worker reads everything again from the database.
#pragma once

#include <optional>
#include <string>

#include "domain/round.h"

namespace watchbill::queue {

struct RoundJob {
  domain::UserId user_id;
  std::string user_email;
  int interval_minutes = 5;
  base::Timestamp scheduled_at;
  // Absent in jobs of other dispatchers: the worker claims the user itself.
  std::optional<base::Timestamp> slot;
  std::optional<domain::Fence> fence;
};

RoundJob job_of(domain::Claim claim, base::Timestamp scheduled_at);

// "monitor-<userId>-<fence>": one job per claim, never one per user, because a queue swallows an id it still
// keeps.
std::string job_id(const domain::UserId& user_id, domain::Fence fence);

// A job in a worker's hands until it is settled.
struct Delivery {
  std::string id;
  RoundJob job;
  int attempt = 1;  // more than 1: delivered before, and perhaps started
};

struct Settlement {
  enum class Kind {
    completed,
    dropped,  // stale or doubled: somebody else has authority
    failed,   // final, with `note`
    retry,    // deliver again after a backoff; failed when the attempts are used up
    // Not counted as attempts:
    returned,    // could not be tried (no database; held by somebody else): deliver again later
    given_back,  // is for others, at once
  };

  std::string id;
  Kind kind = Kind::completed;
  std::string note{};
  std::optional<base::Millis> delay{};  // of what is returned; else the queue's own
};

}  // namespace watchbill::queue
