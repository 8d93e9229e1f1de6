#include "runner/recorder.h"

#include "base/log.h"

namespace watchbill::runner {

using base::Task;

namespace {

constexpr base::Millis kFirstRetry{100};
constexpr base::Millis kLongestRetry{2000};
constexpr std::size_t kCompany = 200;
constexpr base::Millis kGather{10};

}  // namespace

Recorder::Recorder(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor)
    : store_(store), clock_(clock), work_(executor), tasks_(executor) {}

Task<> Recorder::start() {
  tasks_.spawn("recorder", write_batches());
  co_return;
}

Task<> Recorder::stop() {
  stopping_ = true;
  work_.notify();
  co_await tasks_.join();
}

void Recorder::record(store::FinishedRound round, LeaseKeeper::Held lease, Done done) {
  next_.rounds.push_back(std::move(round));
  next_.waiting.push_back({std::move(lease), std::move(done)});
  if (next_.rounds.size() == 1 || next_.rounds.size() == kCompany) work_.notify();
}

Task<> Recorder::write_batches() {
  while (!stopping_ || !next_.rounds.empty()) {
    if (next_.rounds.empty()) {
      co_await work_.wait();
      continue;
    }
    co_await gather();
    auto batch = std::exchange(next_, {});
    writing_ = batch.rounds.size();
    co_await write(std::move(batch));
    writing_ = 0;
    if (retry_delay_ > base::Millis(0)) co_await wait_before_retry();
  }
}

Task<> Recorder::gather() {
  const auto until = clock_.monotonic_now() + kGather;
  while (!stopping_ && next_.rounds.size() < kCompany && clock_.monotonic_now() < until)
    co_await work_.wait_until(until);
}

Task<> Recorder::write(Batch batch) {
  Results results;
  try {
    results = co_await finish(batch.rounds);
    retry_delay_ = base::Millis(0);
  } catch (const store::Unavailable& e) {
    base::log::error("cannot record rounds", {{"rounds", batch.rounds.size()}, {"error", e.what()}});
    retry_delay_ = std::clamp(retry_delay_ * 2, kFirstRetry, kLongestRetry);
  }
  if (results.empty()) {
    keep_for_retry(std::move(batch));
    co_return;
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    batch.rounds[i].round.missed = results[i].missed;
    batch.waiting[i].done(std::move(batch.rounds[i]), results[i].recorded);
  }
}

// finish() may be repeated even if its commit arrived after all.
void Recorder::keep_for_retry(Batch batch) {
  for (std::size_t i = 0; i < batch.rounds.size(); ++i) {
    auto& waiting = batch.waiting[i];
    if (stopping_ || waiting.lease->lost())
      waiting.done(std::move(batch.rounds[i]), false);
    else
      record(std::move(batch.rounds[i]), std::move(waiting.lease), std::move(waiting.done));
  }
}

// `rounds` stays with the caller, who waits: the store's thread reads it where it is.
Task<Recorder::Results> Recorder::finish(const std::vector<store::FinishedRound>& rounds) {
  std::string failure;
  try {
    auto work = [&rounds](store::Store& store) { return store.schedules().finish(rounds); };
    co_return co_await store_.run(std::move(work));
  } catch (const store::Unavailable&) {
    throw;
  } catch (const std::exception& e) {
    failure = e.what();
  }
  // One round that cannot be written must not take the others of its batch with it.
  base::log::error("a batch of rounds was refused; writing one by one", {{"error", failure}});
  co_return co_await finish_one_by_one(rounds);
}

Task<Recorder::Results> Recorder::finish_one_by_one(const std::vector<store::FinishedRound>& rounds) {
  Results results;
  for (const auto& finished : rounds) results.push_back(co_await finish_or_fail(finished));
  co_return results;
}

// A round that cannot be recorded as it is becomes a failed one without details: its user must not be probed
// again and again for something that is never shown.
Task<store::FinishResult> Recorder::finish_or_fail(const store::FinishedRound& finished) {
  std::vector<store::FinishedRound> one{finished};
  auto work = [&one](store::Store& store) { return store.schedules().finish(one).front(); };
  for (const bool last : {false, true}) {
    try {
      co_return co_await store_.run(work);
    } catch (const store::Unavailable&) {
      throw;
    } catch (const std::exception& e) {
      base::log::error("a round cannot be recorded", {{"user", finished.round.user_id}, {"error", e.what()}});
    }
    if (last) break;
    one.front().results.clear();
    one.front().updates.clear();
    one.front().round.outcome = domain::Outcome::failed;
    one.front().round.error = "the results of this round could not be recorded";
  }
  co_return store::FinishResult{};
}

Task<> Recorder::wait_before_retry() {
  if (stopping_) co_return;
  const auto until = clock_.monotonic_now() + retry_delay_;
  while (!stopping_ && clock_.monotonic_now() < until) co_await work_.wait_until(until);
}

}  // namespace watchbill::runner
