// The seam between dispatch and runner. The schedule table is the truth; a queue may lose everything at any
// time and only costs the time until the claims' leases are over.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "base/service.h"
#include "domain/services.h"
#include "queue/job.h"

namespace watchbill::queue {

// The queue cannot be reached. `outcome_unknown`: the command may have been carried out.
class Unavailable : public std::runtime_error {
 public:
  Unavailable(const std::string& what, bool outcome_unknown)
      : std::runtime_error(what), outcome_unknown(outcome_unknown) {}

  bool outcome_unknown;
};

// Reactor thread only. At-least-once: a delivered job that is not settled comes again.
class Queue : public base::Service {
 public:
  // Adds jobs at the end. A job whose id is still known is not added twice. Throws Unavailable.
  virtual base::Task<> add(std::vector<RoundJob> jobs) = 0;

  // Waits for work and takes up to `limit` jobs; empty only after stop_taking().
  virtual base::Task<std::vector<Delivery>> take(std::size_t limit) = 0;

  // Ends take(), for good. What this process has fetched and nobody took is for others again.
  virtual void stop_taking() = 0;

  // Each delivery is settled once, after its outcome is committed.
  virtual base::Task<> settle(std::vector<Settlement> settlements) = 0;

  virtual base::Task<domain::QueueCounts> counts() = 0;

  // For each id of a job: may it still be delivered, or is it being worked on? Throws Unavailable.
  virtual base::Task<std::vector<bool>> knows(std::vector<std::string> ids) = 0;

  // Whether jobs go where they should, or something stands in for it.
  virtual domain::QueueState state() const { return {}; }
};

}  // namespace watchbill::queue
