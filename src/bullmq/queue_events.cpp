#include "bullmq/queue_events.h"

#include <fmt/format.h>

#include "bullmq/call_back.h"
#include "bullmq/error.h"

namespace watchbill::bullmq {

namespace {

redis::Options named(redis::Options server, const QueueEventsOptions& options, std::string_view queue) {
  server.client_name = client_name(options.prefix, queue, kListenerSuffix);
  return server;
}

QueueEventsOptions checked(QueueEventsOptions options) {
  options.validate();
  return options;
}

// "1700000000000-0", or only what is before the dash.
bool is_event_id(std::string_view id) {
  const auto dash = id.find('-');
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  };
  return digits(id.substr(0, dash)) && (dash == id.npos || digits(id.substr(dash + 1)));
}

}  // namespace

void QueueEventsOptions::validate() const {
  // 0 would be for ever in Redis, and a read that never returns is not noticed.
  if (block_time.count() < 1)
    throw std::invalid_argument("the block time of listening must be at least 1 ms");
  if (read_at_once < 1) throw std::invalid_argument("at least one event must be read at once");
  if (!last_event_id.empty() && !is_event_id(last_event_id))
    throw std::invalid_argument(fmt::format("\"{}\" is not the id of an event", last_event_id));
}

QueueEvents::QueueEvents(base::asio::any_io_executor executor, const base::Clock& clock,
                         redis::Options server, std::string queue, QueueEventsListener listener,
                         QueueEventsOptions options)
    : executor_(executor),
      clock_(clock),
      listener_(std::move(listener)),
      options_(checked(std::move(options))),
      keys_(options_.prefix, queue),
      client_(redis::make_client(executor, clock, named(std::move(server), options_, queue))),
      changed_(executor),
      tasks_(executor) {}

QueueEvents::~QueueEvents() = default;

base::Task<> QueueEvents::start() {
  co_await client_->start();
  started_ = true;
  tasks_.spawn("bullmq events", listen());
}

base::Task<> QueueEvents::stop() {
  const bool is_first = started_ && !stopping_;
  stopping_ = true;
  changed_.notify();
  for (const auto& [id, watch] : watches_) watch->changed_.notify();
  if (is_first) co_await client_->stop();
  co_await tasks_.join();
}

base::Task<bool> QueueEvents::wait_listening(base::Monotonic deadline) {
  while (last_id_.empty()) {
    throw_if_stopped();
    if (clock_.monotonic_now() >= deadline) co_return false;
    co_await changed_.wait_until(deadline);
  }
  throw_if_stopped();
  co_return true;
}

void QueueEvents::throw_if_stopped() const {
  if (stopping_) throw redis::Error(redis::ErrorKind::unavailable, "nobody listens to the events any more");
}

base::Task<> QueueEvents::listen() {
  while (!stopping_) {
    bool wait = false;
    try {
      co_await listen_once();
      problem_.clear();
    } catch (const redis::Error& e) {
      report(e.what());
      wait = e.kind() != redis::ErrorKind::unavailable && e.kind() != redis::ErrorKind::outcome_unknown;
    } catch (const std::exception& e) {
      report(e.what());
      wait = true;
    }
    if (wait && !stopping_) co_await changed_.wait_until(clock_.monotonic_now() + options_.retry_delay);
  }
}

base::Task<> QueueEvents::listen_once() {
  co_await client_->wait_ready(client_->within(client_->options().connect_timeout));
  if (last_id_.empty()) {
    co_await find_start();
    changed_.notify();
  }
  co_await read_events();
}

// Not `$`, which means another place after each reconnect.
base::Task<> QueueEvents::find_start() {
  if (!options_.last_event_id.empty()) {
    last_id_ = options_.last_event_id;
    co_return;
  }
  const auto command = last_event(keys_);
  const auto reply = co_await client_->call(command);
  last_id_ = last_event_id_in(reply);
}

base::Task<> QueueEvents::read_events() {
  redis::Command read("XREAD", "COUNT", options_.read_at_once, "BLOCK", options_.block_time.count(),
                      "STREAMS", keys_.events, last_id_);
  read.route_by(keys_.events);
  const auto deadline = client_->within(options_.block_time + client_->options().blocking_margin);
  const auto reply = co_await client_->call(read, deadline);
  for (const auto& event : events_read(reply)) {
    last_id_ = event.id();
    tell(event);
  }
}

void QueueEvents::tell(const QueueEvent& event) {
  const auto [first, last] = watches_.equal_range(event.job_id());
  for (auto at = first; at != last; ++at) at->second->heard(event);
  call_back(listener_.event, event);
}

void QueueEvents::report(const std::string& problem) {
  if (stopping_ || problem_ == problem) return;
  problem_ = problem;
  call_back(listener_.error, problem_);
}

FinishWatch::FinishWatch(QueueEvents& events, const std::string& job_id)
    : events_(events), place_(events.watches_.emplace(job_id, this)), changed_(events.executor_) {}

FinishWatch::~FinishWatch() { events_.watches_.erase(place_); }

void FinishWatch::heard(const QueueEvent& event) {
  if (!is_before(known_until_, event.id())) return;
  const auto kind = event.kind();
  if (kind != EventKind::completed && kind != EventKind::failed && kind != EventKind::removed) return;
  // A job whose end is followed by its removal has ended all the same.
  if (kind == EventKind::removed && end_) return;
  end_ = event;
  changed_.notify();
}

void FinishWatch::ignore_until(std::string_view event_id) {
  known_until_ = event_id;
  if (end_ && !is_before(known_until_, end_->id())) end_.reset();
}

base::Task<std::optional<FinishedJob>> FinishWatch::wait_until(base::Monotonic deadline) {
  while (!end_) {
    events_.throw_if_stopped();
    if (events_.clock_.monotonic_now() >= deadline) co_return std::nullopt;
    co_await changed_.wait_until(deadline);
  }
  if (end_->kind() == EventKind::removed)
    throw Refused(Refusal::missing_job, place_->first, "waiting for the end");
  FinishedJob finished;
  if (end_->kind() == EventKind::completed) {
    finished.return_value = end_->return_value();
  } else {
    finished.state = JobState::failed;
    finished.failed_reason = end_->failed_reason();
  }
  co_return finished;
}

}  // namespace watchbill::bullmq
