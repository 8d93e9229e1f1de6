// Queues and workers of a test on a real redis-server.
#pragma once

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "bullmq/queue.h"
#include "bullmq/worker.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::bullmq::testing {

class QueueFixture : public ::testing::Test {
 protected:
  void TearDown() override {
    for (auto& worker : workers_) reactor_.run(worker.stop());
    for (auto& [name, queue] : queues_) reactor_.run(queue.stop());
  }

  redis::Options server() const { return redis::parse_url(server_.url()); }

  // Connected.
  Queue& queue(const std::string& name) {
    const auto [found, is_new] = queues_.try_emplace(name, reactor_.executor(), clock_, server(), name);
    if (is_new) {
      reactor_.run(found->second.start());
      reactor_.run(found->second.wait_ready(base::Millis(10000)));
    }
    return found->second;
  }

  // What becomes of its jobs is noted below.
  Worker& work(const std::string& queue, Worker::Processor processor, WorkerOptions options = {}) {
    WorkerEvents events;
    events.completed = [this](const Job& job, const Json&) { completed_.push_back(job.record()); };
    events.failed = [this](const Job& job, const std::string& reason, bool) { failed_[job.id()] = reason; };
    events.error = [this](const std::string& what) { errors_.push_back(what); };
    auto& worker = workers_.emplace_back(reactor_.executor(), clock_, server(), queue, std::move(processor),
                                         std::move(options), std::move(events));
    reactor_.run(worker.start());
    return worker;
  }
  static base::Task<Json> nothing(Job&) { co_return nullptr; }

  void wait_for_completed(std::size_t count) {
    reactor_.run_until([&] { return completed_.size() >= count; });
  }
  // For what the server alone can tell; looked at between the steps of the reactor.
  template <class... Arguments>
  void wait_for_answer(const std::string& expected, const Arguments&... command) {
    reactor_.run_until([&] { return server_.ask(command...) == expected; });
  }

  // "field=value" lines, sorted.
  std::string hash(const std::string& key) {
    std::istringstream lines(server_.ask("HGETALL", key));
    std::map<std::string, std::string> fields;
    for (std::string name, value; std::getline(lines, name) && std::getline(lines, value);)
      fields[name] = value;
    std::string text;
    for (const auto& [name, value] : fields) text += name + "=" + value + "\n";
    return text;
  }

  support::RedisServer server_;
  support::Reactor reactor_;
  const base::SystemClock clock_;
  std::map<std::string, Queue> queues_;
  std::list<Worker> workers_;

  std::vector<JobRecord> completed_;
  std::map<std::string, std::string> failed_;  // id: reason
  std::vector<std::string> errors_;
};

}  // namespace watchbill::bullmq::testing
