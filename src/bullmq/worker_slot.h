// One running job of a worker.
#pragma once

#include "bullmq/call_back.h"
#include "bullmq/job_signal.h"
#include "bullmq/messages.h"
#include "bullmq/worker.h"

namespace watchbill::bullmq {

// A slot runs one job after the other for as long as finishing one brings the next.
struct Worker::Slot {
  explicit Slot(base::asio::any_io_executor executor, std::string token)
      : token(std::move(token)), signal(std::move(executor)) {}

  const std::string token;  // of the locks of all its jobs
  std::string job_id;
  JobSignal signal;
  PackedFinish packed;
  bool is_disowned = false;  // the lock is lost, and that is told
};

// How a processor ended.
struct Worker::Outcome {
  using Kind = OutcomeKind;

  Kind kind = Kind::completed;
  Json value;       // completed
  Failure failure;  // failed
  std::string trace;
  RetryPlan plan;  // failed; decided once, when it is settled first
  bool is_ghost = false;
};

}  // namespace watchbill::bullmq
