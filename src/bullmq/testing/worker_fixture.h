// What tests of the worker share: a server, a queue, workers whose events are noted.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "bullmq/queue.h"
#include "bullmq/worker.h"
#include "tests/support/byte_proxy.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::bullmq::testing {

// What the events of all workers of a test said.
struct Notes {
  std::vector<std::string> active;       // ids
  std::map<std::string, int> completed;  // how often, by id
  std::map<std::string, Json> values;
  std::vector<std::string> failed;  // reasons of failures for good
  std::vector<std::string> retried;
  std::vector<std::string> stalled;    // ids
  std::vector<std::string> lock_lost;  // ids
  std::vector<std::string> errors;
  int drained = 0;

  WorkerEvents events() {
    WorkerEvents events;
    events.active = [this](const Job& job) { active.push_back(job.id()); };
    events.completed = [this](const Job& job, const Json& value) {
      ++completed[job.id()];
      values[job.id()] = value;
    };
    events.failed = [this](const Job&, const std::string& reason, bool will_retry) {
      (will_retry ? retried : failed).push_back(reason);
    };
    events.stalled = [this](const std::string& id) { stalled.push_back(id); };
    events.lock_lost = [this](const std::string& id) { lock_lost.push_back(id); };
    events.drained = [this] { ++drained; };
    events.error = [this](const std::string& what) { errors.push_back(what); };
    return events;
  }
};

// Processors wait at it until the test opens it.
class Gate {
 public:
  explicit Gate(base::asio::any_io_executor executor) : opened_(std::move(executor)) {}

  void open() {
    is_open_ = true;
    opened_.notify();
  }
  base::Task<> pass() {
    ++waiting_;
    const std::shared_ptr<void> at_end(nullptr, [this](void*) { --waiting_; });
    while (!is_open_) co_await opened_.wait();
  }
  // Deaf to cancellation.
  base::Task<> pass_stubbornly() {
    co_await base::asio::this_coro::reset_cancellation_state(base::asio::disable_cancellation());
    co_await pass();
  }
  int waiting() const { return waiting_; }

 private:
  base::Event opened_;
  bool is_open_ = false;
  int waiting_ = 0;
};

class WorkerFixture : public ::testing::Test {
 protected:
  explicit WorkerFixture(std::vector<std::string> arguments = {})
      : server_(std::move(arguments)),
        queue_(reactor_.executor(), clock_, redis::parse_url(server_.url()), "q") {
    reactor_.run(queue_.start());
  }
  ~WorkerFixture() override {
    gate_.open();
    for (auto& worker : workers_) reactor_.run(worker->close(base::Millis(0)));
    reactor_.run(queue_.stop());
    if (proxy_) reactor_.run(proxy_->stop());
  }

  // A worker of the queue, started.
  Worker& work(Worker::Processor processor, WorkerOptions options = {}, std::string url = {}) {
    auto server = redis::parse_url(url.empty() ? server_.url() : url);
    server.command_timeout = command_timeout_;
    server.connect_timeout = command_timeout_;
    server.blocking_margin = base::Millis(500);
    server.max_backoff = base::Millis(200);
    workers_.push_back(std::make_unique<Worker>(reactor_.executor(), clock_, std::move(server), "q",
                                                std::move(processor), std::move(options), notes_.events()));
    reactor_.run(workers_.back()->start());
    return *workers_.back();
  }
  // Its way to the server leads through proxy_.
  Worker& work_through_proxy(Worker::Processor processor, WorkerOptions options = {}) {
    proxy_ = std::make_unique<support::ByteProxy>(reactor_.executor(), server_.port());
    proxy_->start();
    return work(std::move(processor), std::move(options),
                "redis://127.0.0.1:" + std::to_string(proxy_->port()));
  }
  void close(Worker& worker, int grace_ms) { reactor_.run(worker.close(base::Millis(grace_ms))); }

  // Counts in runs_, and ends at once.
  Worker::Processor counting() {
    return [this](Job& job) -> base::Task<Json> {
      ++runs_[job.id()];
      co_return "done";
    };
  }
  // Counts in runs_, and ends when gate_ opens.
  Worker::Processor gated() {
    return [this](Job& job) -> base::Task<Json> {
      ++runs_[job.id()];
      co_await gate_.pass();
      co_return "done";
    };
  }
  // Takes some time.
  Worker::Processor taking(int ms) {
    return [this, ms](Job& job) -> base::Task<Json> {
      ++runs_[job.id()];
      base::asio::steady_timer timer(co_await base::asio::this_coro::executor, base::Millis(ms));
      co_await timer.async_wait(base::asio::use_awaitable);
      co_return "done";
    };
  }

  std::string add(JobOptions options = {}, Json data = Json::object()) {
    return reactor_.run(queue_.add("paint", std::move(data), std::move(options))).id();
  }
  std::vector<std::string> add_many(std::size_t count, const JobOptions& options = {}) {
    std::vector<NewJob> jobs(count, NewJob{.name = "paint", .options = options});
    return reactor_.run(queue_.add_many(std::move(jobs)));
  }

  void until(const std::function<bool()>& condition, int seconds = 20) {
    reactor_.run_until(condition, std::chrono::seconds(seconds));
  }
  // Lets time pass for what must not happen.
  void pass(int ms) {
    bool over = false;
    base::asio::steady_timer timer(reactor_.executor(), base::Millis(ms));
    timer.async_wait([&over](boost::system::error_code) { over = true; });
    until([&over] { return over; });
  }
  std::size_t completed() const { return notes_.completed.size(); }

  static std::string key(const std::string& part) { return "bull:q:" + part; }
  std::string field(const std::string& id, const std::string& name) {
    return server_.ask("HGET", key(id), name);
  }
  int list(const std::string& part) { return std::stoi(server_.ask("LLEN", key(part))); }
  int set(const std::string& part) { return std::stoi(server_.ask("ZCARD", key(part))); }
  int milliseconds_since(base::Monotonic start) const {
    return static_cast<int>(std::chrono::duration_cast<base::Millis>(clock_.monotonic_now() - start).count());
  }

  base::SystemClock clock_;
  support::Reactor reactor_;
  support::RedisServer server_;
  base::Millis command_timeout_{5000};
  std::unique_ptr<support::ByteProxy> proxy_;
  Queue queue_;
  Notes notes_;
  Gate gate_{reactor_.executor()};
  std::map<std::string, int> runs_;  // how often a job was begun, by id
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace watchbill::bullmq::testing
