#include "bullmq/error.h"

#include <fmt/format.h>

namespace watchbill::bullmq {

namespace {

std::string_view reason_of(Refusal code) {
  switch (code) {
    case Refusal::missing_job:
      return "there is no such job";
    case Refusal::missing_lock:
      return "its lock is gone";
    case Refusal::not_in_state:
      return "it is not in the state for that";
    case Refusal::pending_children:
      return "it has children that are not finished";
    case Refusal::missing_parent:
      return "its parent does not exist";
    case Refusal::lock_mismatch:
      return "another worker has its lock";
    case Refusal::parent_cannot_be_replaced:
      return "its parent cannot be replaced";
    case Refusal::belongs_to_scheduler:
      return "it belongs to a job scheduler; remove that";
    case Refusal::failed_children:
      return "at least one of its children failed";
    case Refusal::scheduler_id_collision:
      return "the scheduler's next job has an id that is taken";
    case Refusal::scheduler_slots_busy:
      return "the scheduler's current and next jobs are there already";
    case Refusal::not_paused:
      return "the queue is not paused";
    case Refusal::active_jobs:
      return "there are active jobs";
  }
  return "the script refused it";
}

}  // namespace

Refused::Refused(Refusal code, const std::string& job_id, const std::string& what)
    : std::runtime_error(job_id.empty() ? fmt::format("{}: {}", what, reason_of(code))
                                        : fmt::format("{} of job {}: {}", what, job_id, reason_of(code))),
      code_(code),
      job_id_(job_id) {}

bool Refused::is_authority_lost() const {
  return code_ == Refusal::missing_job || code_ == Refusal::missing_lock || code_ == Refusal::lock_mismatch ||
         code_ == Refusal::not_in_state;
}

}  // namespace watchbill::bullmq
