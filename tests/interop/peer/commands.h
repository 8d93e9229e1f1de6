// What a test can ask of the peer: one function for each command, and a table of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bullmq/queue.h"
#include "bullmq/worker.h"
#include "redis/options.h"
#include "tests/interop/peer/processor.h"

namespace interop {

using bullmq::Json;

// Reactor thread only. A request names its queue in "queue"; a worker by a "worker" that the test chose.
class Commands {
 public:
  // `tell` gets the events of workers.
  using Tell = std::function<void(const Json& event)>;

  Commands(base::asio::any_io_executor executor, const base::Clock& clock, watchbill::redis::Options server,
           Tell tell);

  // The answer to `{"do": command, ...}`. Throws std::exception for what went wrong.
  base::Task<Json> carry_out(Json request);
  // Stops all queues and workers.
  base::Task<> stop();

 private:
  using Command = base::Task<Json> (Commands::*)(Json);

  base::Task<Json> open_queue(Json request);
  base::Task<Json> add(Json request);
  base::Task<Json> add_many(Json request);
  base::Task<Json> open_worker(Json request);
  base::Task<Json> pause_worker(Json request);
  base::Task<Json> resume_worker(Json request);
  base::Task<Json> close_worker(Json request);
  base::Task<Json> worker_stats(Json request);
  base::Task<Json> cancel_job(Json request);
  base::Task<Json> release_job(Json request);

  bullmq::Queue& queue(const Json& request) const;
  bullmq::Worker& worker(const Json& request) const;
  bullmq::WorkerEvents events_of(const std::string& worker) const;

  const base::asio::any_io_executor executor_;
  const base::Clock& clock_;
  const watchbill::redis::Options server_;
  const Tell tell_;
  Processor processor_;
  std::map<std::string, std::unique_ptr<bullmq::Queue>> queues_;
  std::map<std::string, std::unique_ptr<bullmq::Worker>> workers_;
};

}  // namespace interop
