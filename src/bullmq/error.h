// What the queue refuses, and what a processor may throw.
#pragma once

#include <stdexcept>
#include <string>

namespace watchbill::bullmq {

// Why a script did nothing; its own numbers.
enum class Refusal {
  missing_job = -1,       // there is no such job (any more)
  missing_lock = -2,      // its lock is gone: it was settled, or it stalled
  not_in_state = -3,      // it is not where the operation wants it
  pending_children = -4,  // it still waits for children
  missing_parent = -5,    // the parent that it names is not there
  lock_mismatch = -6,     // another worker has it
  parent_cannot_be_replaced = -7,
  belongs_to_scheduler = -8,  // remove the job scheduler instead
  failed_children = -9,       // a child has failed: it cannot complete
  scheduler_id_collision = -10,
  scheduler_slots_busy = -11,
  // Of obliterate, whose script counts from -1 itself.
  not_paused = -101,   // somebody resumed the queue meanwhile
  active_jobs = -102,  // there are active jobs, and it was not told to remove them
};

class Refused : public std::runtime_error {
 public:
  Refused(Refusal code, const std::string& job_id, const std::string& what);

  Refusal code() const { return code_; }
  const std::string& job_id() const { return job_id_; }
  // The job is in other hands or finished: whoever holds it must let it go.
  bool is_authority_lost() const;

 private:
  Refusal code_;
  std::string job_id_;
};

// Thrown by a processor: the job fails now, whatever attempts are left.
class UnrecoverableError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thrown by a processor that has moved its job itself (Job::move_to_delayed, move_to_wait,
// move_to_waiting_children): the worker lets go of it.
class JobMoved : public std::exception {
 public:
  const char* what() const noexcept override { return "the processor moved the job"; }
};

// Thrown by a processor after Queue::rate_limit(): the job goes back to wait, and is not counted as an
// attempt.
class RateLimited : public std::exception {
 public:
  const char* what() const noexcept override { return "bullmq:rateLimitExceeded"; }
};

// The server is not one that a queue can live on.
class UnfitServer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace watchbill::bullmq
