#include "bullmq/worker.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/id.h"
#include "bullmq/messages.h"
#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace asio = base::asio;

namespace {

redis::Options for_blocking(redis::Options server, const WorkerOptions& options, const std::string& queue) {
  server.client_name = client_name(options.prefix, queue,
                                   options.name.empty() ? "" : std::string(kWorkerSuffix) + options.name);
  return server;
}

void refuse_unless(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

}  // namespace

void WorkerOptions::validate() const {
  refuse_unless(concurrency >= 1, "the worker's concurrency must be at least 1");
  refuse_unless(lock_duration.count() > 0, "the worker's lock duration must be more than 0 ms");
  refuse_unless(stalled_interval.count() > 0, "the worker's stalled interval must be more than 0 ms");
  refuse_unless(drain_delay.count() > 0, "the worker's drain delay must be more than 0 ms");
  refuse_unless(max_stalled_count >= 0, "the worker's max stalled count must not be negative");
  refuse_unless(max_started_attempts >= 0, "the worker's max started attempts must not be negative");
  refuse_unless(lock_renew_time.count() >= 0 && lock_renew_time < lock_duration,
                "the worker's lock renew time must be less than the lock duration");
  refuse_unless(!limiter || (limiter->max >= 1 && limiter->duration.count() >= 1),
                "the worker's limiter needs a max of at least 1 and a duration of at least 1 ms");
  refuse_unless(max_rate_limit_delay.count() > 0, "the worker's max rate limit delay must be more than 0 ms");
  refuse_unless(retry_delay.count() > 0, "the worker's retry delay must be more than 0 ms");
  refuse_unless(name.find_first_of(" \n\r") == name.npos, "the worker's name must not contain spaces");
}

Worker::Worker(asio::any_io_executor executor, const base::Clock& clock, redis::Options server,
               std::string queue, Processor processor, WorkerOptions options, WorkerEvents events)
    : executor_(executor),
      clock_(clock),
      server_(std::move(server)),
      options_(std::move(options)),
      events_(std::move(events)),
      processor_(std::move(processor)),
      client_(redis::make_client(executor, clock, server_)),
      blocking_(redis::make_client(executor, clock, for_blocking(server_, options_, queue))),
      backend_(std::make_shared<Backend>(*client_, clock, options_.prefix, queue)),
      plan_(options_.concurrency, options_.max_rate_limit_delay),
      locks_(options_.lock_renew_time.count() > 0 ? options_.lock_renew_time : options_.lock_duration / 2),
      last_progress_(clock.monotonic_now()),
      id_(base::new_id()),
      changed_(executor),
      slot_ended_(executor),
      jobs_(executor),
      tasks_(executor) {
  options_.validate();
}

Worker::~Worker() = default;

base::Task<> Worker::start() {
  started_ = true;
  co_await client_->start();
  co_await blocking_->start();
  last_progress_ = clock_.monotonic_now();
  if (!options_.skip_stalled_check) spawn("bullmq stalled", &Worker::check_stalled);
  if (!processor_) co_return;
  spawn("bullmq fetch", &Worker::fetch_jobs);
  spawn("bullmq marker", &Worker::watch_marker);
  if (!options_.skip_lock_renewal) spawn("bullmq locks", &Worker::renew_locks);
  spawn("bullmq orphans", &Worker::recover_orphans);
}

void Worker::spawn(const char* name, base::Task<> (Worker::*loop)()) { tasks_.spawn(name, keep_going(loop)); }

// A worker without one of its loops would look alive and do nothing: what a loop did not expect is told, and
// it begins anew.
base::Task<> Worker::keep_going(base::Task<> (Worker::*loop)()) {
  for (;;) {
    std::string failed;
    try {
      co_await (this->*loop)();
      co_return;
    } catch (const boost::system::system_error& e) {
      if (e.code() == asio::error::operation_aborted) throw;
      failed = e.what();
    } catch (const std::exception& e) {
      failed = e.what();
    }
    report(failed);
    co_await sleep(options_.retry_delay);
  }
}

void Worker::pause() {
  paused_ = true;
  plan_.pause(true);
  changed_.notify();
}

void Worker::resume() {
  if (closing_) return;
  paused_ = false;
  plan_.pause(false);
  plan_.marker(std::nullopt);  // jobs may have come meanwhile
  last_progress_ = clock_.monotonic_now();
  changed_.notify();
}

void Worker::set_concurrency(int concurrency) {
  refuse_unless(concurrency >= 1, "the worker's concurrency must be at least 1");
  plan_.set_concurrency(concurrency);
  changed_.notify();
}

bool Worker::cancel_job(const std::string& job_id, const std::string& reason) {
  bool found = false;
  for (auto& slot : slots_) {
    if (slot.job_id != job_id) continue;
    slot.signal.raise(reason);
    found = true;
  }
  return found;
}

void Worker::cancel_all_jobs(const std::string& reason) {
  for (auto& slot : slots_) slot.signal.raise(reason);
}

WorkerStats Worker::stats() const {
  auto stats = stats_;
  stats.active = static_cast<int>(slots_.size());
  return stats;
}

FetchTerms Worker::terms(const std::string& token) const {
  return {.token = token,
          .lock_duration = options_.lock_duration,
          .limiter = options_.limiter,
          .worker_name = options_.name};
}

// Never "0", which would switch locking off.
std::string Worker::new_token() { return id_ + ":" + std::to_string(tokens_++); }

void Worker::report(const std::string& what) { call_back(events_.error, what); }

base::Task<> Worker::sleep(base::Millis time) {
  asio::steady_timer timer(executor_, clock_.monotonic_now() + time);
  co_await timer.async_wait(asio::use_awaitable);
}

// Ends early when running jobs are given back.
base::Task<> Worker::pause_for(base::Millis time) {
  const auto until = clock_.monotonic_now() + time;
  while (!abandoning_ && clock_.monotonic_now() < until) co_await changed_.wait_until(until);
}

}  // namespace watchbill::bullmq
