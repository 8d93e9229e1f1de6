// A queue on a real redis-server, for tests of what can be done with it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "bullmq/messages.h"
#include "bullmq/queue.h"
#include "bullmq/queue_event.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_server.h"

namespace watchbill::bullmq {

class LiveQueue : public ::testing::Test {
 protected:
  LiveQueue() : queue_(reactor_.executor(), clock_, redis::parse_url(server_.url()), "fruit") {
    run(queue_.start());
    run(queue_.wait_ready(base::Millis(20000)));
  }
  ~LiveQueue() override { run(queue_.stop()); }

  template <class T>
  T run(base::Task<T> task) {
    if constexpr (std::is_void_v<T>)
      reactor_.run(std::move(task));
    else
      return reactor_.run(std::move(task));
  }

  Job add(const std::string& id, JobOptions options = {}) {
    options.job_id = id;
    return run(queue_.add("eat", Json::object(), std::move(options)));
  }
  void add_all(const std::vector<std::string>& ids) {
    for (const auto& id : ids) add(id);
  }
  Job add_delayed(const std::string& id, base::Millis delay = std::chrono::hours(1)) {
    return add(id, {.delay = delay});
  }
  Job add_prioritized(const std::string& id, std::uint32_t priority) {
    return add(id, {.priority = priority});
  }

  Job get(const std::string& id) {
    auto job = run(queue_.get_job(id));
    if (!job) throw std::runtime_error("there is no job " + id);
    return std::move(*job);
  }

  // Takes the next job as a worker would. The lock's token is "ours".
  Job take() {
    const auto& backend = queue_.backend();
    const FetchTerms terms{.token = "ours"};
    const auto command = move_to_active(backend->keys, clock_.now(), terms);
    const auto reply = run(queue_.client().call(command));
    auto fetched = bullmq::fetched(reply, backend->options_cache);
    if (!fetched.job) throw std::runtime_error("there is no next job");
    return Job(backend, std::move(fetched.job), "ours");
  }
  Job complete_next(Json value = "done") {
    auto job = take();
    run(job.move_to_completed(std::move(value)));
    return job;
  }
  Job fail_next(const std::string& reason = "rotten") {
    auto job = take();
    run(job.move_to_failed(reason));
    return job;
  }

  std::vector<std::string> ids(JobState state, Page page = Page{.ascending = true}) {
    std::vector<std::string> ids;
    for (const auto& job : run(queue_.get_jobs(state, page))) ids.push_back(job.id());
    return ids;
  }
  std::string state(const std::string& id) { return std::string(name_of(run(queue_.job_state(id)))); }
  std::int64_t count(JobState state) { return run(queue_.count(state)); }

  // What redis-cli would say, of a key of the queue.
  template <class... Arguments>
  std::string ask(const std::string& command, const std::string& part, const Arguments&... arguments) {
    return server_.ask(command, "bull:fruit:" + part, arguments...);
  }
  // The events so far: "waiting", "added", …
  std::vector<std::string> events() {
    std::vector<std::string> names;
    const redis::Command command("XREAD", "STREAMS", "bull:fruit:events", "0");
    const auto reply = run(queue_.client().call(command));
    for (const auto& event : events_read(reply)) names.push_back(event.name() + " " + event.job_id());
    return names;
  }

  // The refusal of `task`, which must be refused.
  template <class T>
  Refusal refusal(base::Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Refused& refused) {
      return refused.code();
    }
    throw std::runtime_error("it was not refused");
  }

  support::RedisServer server_;
  support::Reactor reactor_;
  base::SystemClock clock_;
  Queue queue_;
};

}  // namespace watchbill::bullmq
