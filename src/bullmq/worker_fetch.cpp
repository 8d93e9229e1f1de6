// How a worker gets its first jobs: by asking while the queue gives, by waiting for the marker when it is
// empty.
#include <fmt/format.h>

#include "bullmq/server_check.h"
#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace {

// Redis ends longer blocking reads late, and proxies cut them.
constexpr base::Millis kLongestBlock{10000};

bool is_of_connection(const redis::Error& error) {
  return error.kind() == redis::ErrorKind::unavailable || error.kind() == redis::ErrorKind::outcome_unknown;
}

}  // namespace

base::Task<> Worker::fetch_jobs() {
  while (!closing_ && !co_await is_server_fit()) co_await pause_for(options_.retry_delay);
  while (!closing_) {
    const auto next = plan_.next(now());
    wants_marker_ = next.step == FetchPlan::Step::wait_for_marker;
    if (next.step == FetchPlan::Step::fetch) {
      co_await fetch_one();
      continue;
    }
    if (wants_marker_ && !holds_marker_) changed_.notify();
    // Not by the time-out of the blocking read: Redis notices those only ten times a second.
    auto until = base::Monotonic::max();
    if (next.until) until = clock_.monotonic_now() + (*next.until - now());
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
  bool failed = false;
  try {
    const auto command = move_to_active(backend_->keys, now(), terms(token));
    const auto reply = co_await client_->call(command);
    auto got = fetched(reply, backend_->options_cache);
    heard(got);
    if (got.job) {
      jobs_.spawn("bullmq job", work(std::move(got.job), token));
      co_return;
    }
  } catch (const redis::Error& e) {
    failed = true;
    if (e.may_have_run()) orphan(token);
    if (!is_of_connection(e)) report(e.what());
  }
  plan_.finished();
  if (failed) co_await pause_for(options_.retry_delay);
}

void Worker::heard(const Fetched& fetched) {
  const bool was_drained = plan_.is_drained();
  plan_.heard(fetched, now());
  if (!was_drained && plan_.is_drained() && events_.drained) events_.drained();
}

base::Task<> Worker::watch_marker() {
  while (!closing_) {
    if (!wants_marker_) {
      co_await changed_.wait();
      continue;
    }
    bool failed = false;
    holds_marker_ = true;
    try {
      co_await read_marker();
    } catch (const redis::Error& e) {
      failed = true;
      // A server that became a replica ends the read with an error: it is not the one to wait at.
      if (!is_of_connection(e)) blocking_->reconnect(e.what());
    }
    holds_marker_ = false;
    if (failed) co_await pause_for(options_.retry_delay);
  }
}

base::Task<> Worker::read_marker() {
  co_await blocking_->wait_ready(blocking_->within(server_.connect_timeout));
  const auto block = std::min(options_.drain_delay, kLongestBlock);
  const redis::Command pop("BZPOPMIN", backend_->keys.marker, fmt::format("{:.3f}", block.count() / 1000.0));
  const auto reply = co_await blocking_->call(pop, blocking_->within(block + server_.blocking_margin));
  const auto popped = reply.value();
  const auto due = static_cast<std::int64_t>(popped[2].number());
  if (popped.size() == 3 && (closing_ || !plan_.has_room())) {
    // Somebody else is to see it: here nobody is free any more.
    const redis::Command put_back("ZADD", backend_->keys.marker, popped[2].text(), popped[1].text());
    co_await client_->call(put_back);
    co_return;
  }
  plan_.marker(due > 0 ? std::optional(base::from_epoch_ms(due)) : std::nullopt);
  changed_.notify();
}

}  // namespace watchbill::bullmq
