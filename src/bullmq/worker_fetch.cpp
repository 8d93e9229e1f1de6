// How a worker gets its first jobs: by asking while the queue gives, by waiting for the marker when it is
// empty.
#include <fmt/format.h>

#include "bullmq/server_check.h"
#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace {

// Redis ends longer blocking reads late, and proxies cut them.
constexpr base::Millis kLongestBlock{10000};
// Before the marker is waited for over a new connection.
constexpr base::Millis kAfterCut{100};

bool is_of_connection(const redis::Error& error) {
  return error.kind() == redis::ErrorKind::unavailable || error.kind() == redis::ErrorKind::outcome_unknown;
}

}  // namespace

base::Task<> Worker::fetch_jobs() {
  while (!closing_) {
    const bool fit = co_await is_server_fit();
    if (fit) break;
    co_await pause_for(options_.retry_delay);
  }
  while (!closing_) {
    const auto next = plan_.next(now(), clock_.monotonic_now());
    wants_marker_ = next.step == FetchPlan::Step::wait_for_marker;
    if (next.step == FetchPlan::Step::fetch) {
      co_await fetch_one();
      continue;
    }
    if (wants_marker_ && !holds_marker_) changed_.notify();
    // Not by the time-out of the blocking read: Redis notices those only ten times a second.
    auto until = base::Monotonic::max();
    if (next.at_most) until = clock_.monotonic_now() + *next.at_most;
    co_await changed_.wait_until(until);
  }
}

base::Task<bool> Worker::is_server_fit() {
  try {
    const auto check = co_await check_server(*backend_);
    for (const auto& warning : check.warnings) report(warning);
    unfit_.clear();
    co_return true;
  } catch (const UnfitServer& e) {
    if (unfit_ != e.what()) report(e.what());
    unfit_ = e.what();
  } catch (const redis::Error& e) {
    if (!is_of_connection(e)) report(e.what());
  }
  co_return false;
}

base::Task<> Worker::fetch_one() {
  const auto token = new_token();
  plan_.started();
  std::optional<redis::Error> failed;
  try {
    if (auto record = co_await ask_for_job(token)) {
      jobs_.spawn("bullmq job", work(std::move(record), token));
      co_return;
    }
  } catch (const redis::Error& e) {
    failed = e;
  } catch (...) {
    plan_.finished();
    throw;
  }
  plan_.finished();
  slot_ended_.notify();
  if (!failed) co_return;
  if (failed->kind() == redis::ErrorKind::outcome_unknown) orphan(token);
  if (!is_of_connection(*failed)) report(failed->what());
  co_await pause_for(options_.retry_delay);
}

base::Task<std::unique_ptr<JobRecord>> Worker::ask_for_job(std::string token) {
  const auto command = move_to_active(backend_->keys, now(), terms(token));
  const auto asked = plan_.asking();
  const auto reply = co_await client_->call(command);
  auto got = fetched(reply, backend_->options_cache);
  heard(got, asked);
  co_return std::move(got.job);
}

void Worker::heard(const Fetched& fetched, std::uint64_t asked) {
  const bool was_drained = plan_.is_drained();
  plan_.heard(fetched, asked, clock_.monotonic_now());
  if (!was_drained && plan_.is_drained()) call_back(events_.drained);
}

base::Task<> Worker::watch_marker() {
  while (!closing_) {
    if (!wants_marker_) {
      co_await changed_.wait();
      continue;
    }
    std::optional<base::Millis> pause;
    try {
      co_await read_marker(options_.drain_delay);
    } catch (const redis::Error& e) {
      if (!is_of_connection(e)) report(e.what());
      pause = is_of_connection(e) ? kAfterCut : options_.retry_delay;
      // It may have been in the reply that was lost.
      plan_.marker(std::nullopt);
      changed_.notify();
    }
    if (pause) co_await pause_for(*pause);
  }
}

base::Task<> Worker::read_marker(base::Millis block) {
  holds_marker_ = true;
  const std::shared_ptr<void> at_end(nullptr, [this](void*) { holds_marker_ = false; });
  block = std::clamp(block, base::Millis(1), kLongestBlock);
  co_await blocking_->wait_ready(blocking_->within(server_.connect_timeout));
  const redis::Command pop("BZPOPMIN", backend_->keys.marker, fmt::format("{:.3f}", block.count() / 1000.0));
  const auto reply = co_await blocking_->call(pop, blocking_->within(block + server_.blocking_margin));
  const auto popped = reply.value();
  if (popped.size() == 3 && (closing_ || !plan_.has_room())) {
    // Somebody else is to see it: here nobody is free any more.
    const redis::Command put_back("ZADD", backend_->keys.marker, popped[2].text(), popped[1].text());
    co_await client_->call(put_back);
    co_return;
  }
  plan_.marker(time_of_score(popped[2]));
  changed_.notify();
}

base::Task<std::optional<Job>> Worker::get_next_job(std::string token, bool block) {
  if (token.empty() || token == "0") throw std::invalid_argument("a lock needs a token other than \"0\"");
  if (closing_ || paused_) co_return std::nullopt;
  auto record = co_await ask_for_job(token);
  if (!record && block && !holds_marker_ && !closing_) {
    const auto next = plan_.next(now(), clock_.monotonic_now());
    if (next.step == FetchPlan::Step::wait) co_return std::nullopt;
    const auto time = std::min(options_.drain_delay, next.at_most.value_or(options_.drain_delay));
    if (next.step == FetchPlan::Step::wait_for_marker) co_await read_marker(time);
    if (closing_ || paused_) co_return std::nullopt;
    record = co_await ask_for_job(token);
  }
  if (!record) co_return std::nullopt;
  last_progress_ = clock_.monotonic_now();
  Job job(backend_, std::shared_ptr<JobRecord>(std::move(record)), std::move(token));
  call_back(events_.active, job);
  co_return job;
}

}  // namespace watchbill::bullmq
