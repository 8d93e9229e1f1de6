// What a peer has open, and the tables of commands that work on it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bullmq/flow_producer.h"
#include "bullmq/queue.h"
#include "bullmq/queue_events.h"
#include "bullmq/worker.h"
#include "redis/options.h"
#include "tests/interop/peer/processor.h"

namespace interop {

using bullmq::Json;

// Reactor thread only. A request names its queue in "queue"; a worker by a "worker" that the test chose.
struct Stage {
  // `tell` gets the events of workers and listeners.
  Stage(base::asio::any_io_executor executor, const base::Clock& clock, watchbill::redis::Options server,
        std::function<void(const Json& event)> tell);

  bullmq::Queue& queue(const Json& request) const;
  bullmq::Worker& worker(const Json& request) const;
  // Stops everything.
  base::Task<> stop();

  const base::asio::any_io_executor executor;
  const base::Clock& clock;
  const watchbill::redis::Options server;
  const std::function<void(const Json& event)> tell;
  Processor processor;
  std::map<std::string, std::unique_ptr<bullmq::Queue>> queues;
  std::map<std::string, std::unique_ptr<bullmq::Worker>> workers;
  std::map<std::string, std::unique_ptr<bullmq::QueueEvents>> listeners;  // by queue
  std::unique_ptr<bullmq::FlowProducer> flows;                            // made when it is needed first
};

// The answer to a request. Throws std::exception for what went wrong.
using Command = base::Task<Json> (*)(Stage&, Json request);
using CommandTable = std::map<std::string, Command>;

CommandTable worker_commands();
CommandTable queue_commands();
CommandTable job_commands();
CommandTable flow_commands();

// Throws std::invalid_argument when no table has the command.
base::Task<Json> carry_out(Stage& stage, Json request);

// A member of a request that may be missing.
inline Json member(const Json& json, const char* name, Json otherwise = nullptr) {
  const auto found = json.find(name);
  return found == json.end() ? otherwise : *found;
}

}  // namespace interop
