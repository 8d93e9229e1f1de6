// Options as JSON spells them for BullMQ on Node, so that a test writes them once for both sides.
#pragma once

#include "bullmq/queue.h"
#include "bullmq/worker.h"

namespace interop {

namespace bullmq = watchbill::bullmq;
using bullmq::Json;

bullmq::JobOptions job_options(Json options);
bullmq::QueueOptions queue_options(const Json& options);
// Times in milliseconds, also `drainDelay`; `closeGrace` is our own.
bullmq::WorkerOptions worker_options(const Json& options);

}  // namespace interop
