#include "tests/interop/peer/stage.h"

#include <stdexcept>

namespace interop {

Stage::Stage(base::asio::any_io_executor executor, const base::Clock& clock, watchbill::redis::Options server,
             std::function<void(const Json& event)> tell)
    : executor(executor),
      clock(clock),
      server(std::move(server)),
      tell(std::move(tell)),
      processor(executor, clock) {}

bullmq::Queue& Stage::queue(const Json& request) const {
  return *queues.at(request.at("queue").get<std::string>());
}

bullmq::Worker& Stage::worker(const Json& request) const {
  return *workers.at(request.at("worker").get<std::string>());
}

base::Task<> Stage::stop() {
  for (const auto& [name, worker] : workers) co_await worker->close(base::Millis(0));
  for (const auto& [name, listener] : listeners) co_await listener->stop();
  for (const auto& [name, queue] : queues) co_await queue->stop();
  if (flows) co_await flows->stop();
}

base::Task<Json> carry_out(Stage& stage, Json request) {
  static const auto kCommands = [] {
    auto all = worker_commands();
    for (auto more : {queue_commands(), job_commands(), flow_commands()}) all.merge(more);
    return all;
  }();
  const std::string name = request.at("do");
  const auto found = kCommands.find(name);
  if (found == kCommands.end()) throw std::invalid_argument("the peer has no command " + name);
  return found->second(stage, std::move(request));
}

}  // namespace interop
