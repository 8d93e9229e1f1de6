// The life of a job in a worker: run, settled, followed by the next.
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.h"
#include "bullmq/job_scheduler.h"
#include "bullmq/worker_slot.h"

namespace watchbill::bullmq {

namespace asio = base::asio;

// One coroutine for as long as finishing a job brings the next.
base::Task<> Worker::work(std::unique_ptr<JobRecord> first, std::string token) {
  // Only processors are cancelled. What is said to the server is waited for: it may bring the next job.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  const auto slot = slots_.emplace(slots_.end(), executor_, std::move(token));
  std::exception_ptr failed;
  try {
    auto record = std::move(first);
    while (record && !closing_) record = co_await process(std::move(record), *slot);
    if (record) co_await give_back(*record, slot->token);
  } catch (...) {
    failed = std::current_exception();
  }
  locks_.untrack(slot->job_id, slot->token);
  slots_.erase(slot);
  plan_.finished();
  slot_ended_.notify();
  changed_.notify();
  if (failed) std::rethrow_exception(failed);
}

// A job that came while the worker closes.
base::Task<> Worker::give_back(const JobRecord& record, const std::string& token) {
  try {
    const auto command = move_active_to_wait(backend_->keys, record.id, token);
    co_await client_->call(command);
  } catch (const redis::Error& e) {
    report("job " + record.id + " was not given back: " + e.what());
  }
}

base::Task<std::unique_ptr<JobRecord>> Worker::process(std::unique_ptr<JobRecord> record, Slot& slot) {
  Job job(backend_, std::move(record), slot.token);
  slot.job_id = job.id();
  slot.signal.reset();
  slot.is_disowned = false;
  job.set_signal(&slot.signal);
  if (!locks_.track(job.id(), slot.token, clock_.monotonic_now())) disown_former(slot);
  std::optional<Outcome> outcome;
  bool scheduled = true;
  if (!job.record().repeat_job_key.empty()) scheduled = co_await schedule_next_of(job);
  // While the next job was scheduled the cancellation of this one would have gone unheard.
  if (!scheduled || abandoning_) outcome = Outcome{.kind = Outcome::Kind::abandoned};
  if (!outcome) call_back(events_.active, job);
  if (!outcome) outcome = refuse_to_run(job);
  if (!outcome) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    outcome = co_await run_processor(job);
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (outcome->kind == Outcome::Kind::failed) decide(job, *outcome);
  co_return co_await settle(job, *outcome, slot);
}

// A scheduler goes on only through this, so it waits for Redis as long as it takes. What Redis refuses for
// good is told, and the job runs all the same. False when the worker closes meanwhile: the job is to be given
// back.
base::Task<bool> Worker::schedule_next_of(const Job& job) {
  const auto tell = [&](const std::exception& e) {
    report("no job follows " + job.id() + " of scheduler " + job.record().repeat_job_key + ": " + e.what());
  };
  for (;;) {
    try {
      co_await schedule_next(*backend_, job.record(), options_.repeat_strategy);
      co_return true;
    } catch (const redis::Error& e) {
      tell(e);
      const bool for_good = e.kind() == redis::ErrorKind::other || e.kind() == redis::ErrorKind::wrong_type;
      if (for_good) co_return true;
    } catch (const std::exception& e) {
      if (abandoning_) co_return false;
      tell(e);
      co_return true;
    }
    if (closing_) co_return false;
    co_await pause_for(options_.retry_delay);
  }
}

std::optional<Worker::Outcome> Worker::refuse_to_run(Job& job) const {
  const auto refused = [](std::string reason) {
    Outcome outcome{.kind = Outcome::Kind::failed};
    outcome.failure = {.reason = std::move(reason), .unrecoverable = true};
    return outcome;
  };
  const auto& record = job.record();
  if (record.is_ghost) {
    auto outcome = refused("there is no job behind this id");
    outcome.is_ghost = true;
    return outcome;
  }
  if (!record.deferred_failure.empty()) return refused(record.deferred_failure);
  if (options_.max_started_attempts > 0 && record.attempts_started > options_.max_started_attempts)
    return refused("job started more than allowable limit");
  if (record.data.size() > options_.max_data_bytes)
    return refused("the data has " + std::to_string(record.data.size()) +
                   " bytes, more than the worker takes");
  return std::nullopt;
}

base::Task<Worker::Outcome> Worker::run_processor(Job& job) {
  Outcome outcome;
  const auto failed = [&outcome](std::string reason, bool unrecoverable) {
    outcome.kind = Outcome::Kind::failed;
    outcome.failure = {.reason = std::move(reason), .unrecoverable = unrecoverable};
  };
  try {
    outcome.value = co_await processor_(job);
  } catch (const JobMoved&) {
    outcome.kind = Outcome::Kind::moved;
  } catch (const RateLimited&) {
    outcome.kind = Outcome::Kind::rate_limited;
  } catch (const UnrecoverableError& e) {
    failed(e.what(), true);
  } catch (const std::exception& e) {
    failed(e.what(), false);
  } catch (...) {
    failed("the processor threw something that is not an exception", false);
  }
  if (abandoning_ && outcome.kind == Outcome::Kind::failed) outcome.kind = Outcome::Kind::abandoned;
  co_return outcome;
}

void Worker::decide(const Job& job, Outcome& outcome) {
  std::uniform_real_distribution<double> chance(0.0, 1.0);
  try {
    outcome.plan = plan_retry(job.record(), outcome.failure, options_.max_started_attempts,
                              options_.backoff_strategy, chance(random_));
  } catch (const std::exception& e) {
    outcome.failure.reason += std::string(" (not retried: ") + e.what() + ")";
  } catch (...) {
    outcome.failure.reason += " (not retried: the backoff strategy threw)";
  }
  outcome.trace = extend_stack_trace(job.record(), trace_of(outcome.failure));
}

base::Task<std::unique_ptr<JobRecord>> Worker::settle(Job& job, Outcome& outcome, Slot& slot) {
  // A renewal that comes after the job has left would find no lock and take it for lost.
  locks_.untrack(job.id(), slot.token);
  bool unsure = false;  // an earlier attempt may have been carried out
  for (bool repeated = false;; repeated = true) {
    // When the reply is lost, a next job that came with it has the slot's token: no other may get that.
    const bool fetch_next = !repeated && !closing_ && plan_.may_continue(clock_.monotonic_now());
    std::optional<redis::Error> failed;
    std::optional<Refused> refused;
    const auto asked = plan_.asking();
    try {
      auto next = co_await settle_once(job, outcome, slot, fetch_next);
      tell(job, outcome);
      if (!next) co_return nullptr;
      heard(*next, asked);
      co_return std::move(next->job);
    } catch (const Refused& e) {
      refused = e;
    } catch (const redis::Error& e) {
      failed = e;
    }
    if (refused && fail_instead(*refused, job, outcome)) continue;
    if (refused) {
      co_await end_refused(job, outcome, slot, *refused, unsure);
      co_return nullptr;
    }
    unsure = unsure || failed->may_have_run();
    if (failed->kind() == redis::ErrorKind::outcome_unknown && fetch_next) orphan(slot.token);
    report(failed->what());
    if (abandoning_) co_return nullptr;
    if (repeated) co_await pause_for(options_.retry_delay);
  }
}

// A job cannot complete as long as its children have not.
bool Worker::fail_instead(const Refused& refused, const Job& job, Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::completed || refused.is_authority_lost()) return false;
  outcome.kind = Outcome::Kind::failed;
  // A child that has failed will not succeed before the next attempt.
  outcome.failure = {.reason = refused.what(), .unrecoverable = refused.code() == Refusal::failed_children};
  decide(job, outcome);
  return true;
}

// The job is not ours any more: because settling it was carried out though the reply was lost, or because
// the lock was over.
base::Task<> Worker::end_refused(Job& job, const Outcome& outcome, Slot& slot, Refused refused, bool unsure) {
  // Not `unsure && co_await`: see the hint on g++ 12 in docs/design/architecture.md.
  bool is_recorded = false;
  if (unsure) is_recorded = co_await was_recorded(job, outcome.kind);
  if (is_recorded)
    tell(job, outcome);
  else if (outcome.kind != Outcome::Kind::abandoned)  // one that is given back may have been moved before
    disown(slot, refused.what());
}

base::Task<bool> Worker::was_recorded(const Job& job, OutcomeKind kind) {
  if (kind != OutcomeKind::completed && kind != OutcomeKind::failed) co_return true;
  const redis::Command get("HMGET", backend_->keys.job(job.id()), "timestamp", "atm", "stc");
  while (!abandoning_) {
    try {
      const auto reply = co_await client_->call(get);
      const auto fields = reply.value();
      const auto& record = job.record();
      // Gone: it was not to be kept. There: another worker can have settled it only after it stalled.
      co_return fields[0].is_nil() ||
          (fields[1].integer() > record.attempts_made && fields[2].integer() == record.stalled_counter);
    } catch (const redis::Error& e) {
      report(e.what());
    }
    co_await pause_for(options_.retry_delay);
  }
  co_return false;
}

// The job stalled while it ran here, and came here again.
void Worker::disown_former(const Slot& present) {
  for (auto& slot : slots_)
    if (slot.job_id == present.job_id && &slot != &present) disown(slot, "it stalled and runs again");
}

void Worker::disown(Slot& slot, const std::string& why) {
  locks_.untrack(slot.job_id, slot.token);
  slot.signal.raise(why);
  if (std::exchange(slot.is_disowned, true)) return;
  ++stats_.lock_lost;
  report("job " + slot.job_id + " is no longer ours: " + why);
  call_back(events_.lock_lost, slot.job_id);
}

// What came with it, when something was asked for.
base::Task<std::optional<Fetched>> Worker::settle_once(Job& job, const Outcome& outcome, Slot& slot,
                                                       bool fetch_next) {
  if (outcome.kind == Outcome::Kind::completed) {
    const Finish finish{.value = to_text(outcome.value),
                        .keep = retention(job, FinishedAs::completed),
                        .fetch_next = fetch_next,
                        .max_metrics = options_.max_metrics_data_points};
    return finish_job(job, finish, slot);
  }
  if (outcome.kind == Outcome::Kind::failed) return settle_failure(job, outcome, slot, fetch_next);
  return let_go(job, outcome.kind);
}

base::Task<std::optional<Fetched>> Worker::finish_job(Job& job, Finish finish, Slot& slot) {
  // What becomes of a ghost is not what becomes of other jobs without options.
  PackedFinish own;
  auto& packed = job.record().is_ghost ? own : slot.packed;
  const auto command =
      move_to_finished(backend_->keys, job.record(), finish, now(), terms(slot.token), packed);
  const bool fetch_next = finish.fetch_next;
  const auto reply = co_await client_->call(command);
  auto next = finished(reply, job.id(), backend_->options_cache);
  if (!fetch_next) co_return std::nullopt;
  co_return next;
}

base::Task<std::optional<Fetched>> Worker::settle_failure(Job& job, const Outcome& outcome, Slot& slot,
                                                          bool fetch_next) {
  const auto& reason = outcome.failure.reason;
  if (!outcome.plan.retry) {
    const Finish finish{.as = FinishedAs::failed,
                        .value = reason,
                        .keep = outcome.is_ghost ? Retention(true) : retention(job, FinishedAs::failed),
                        .fetch_next = fetch_next,
                        .max_metrics = options_.max_metrics_data_points,
                        .stack_trace = outcome.trace};
    co_return co_await finish_job(job, finish, slot);
  }
  if (outcome.plan.delay.count() > 0) {
    const Delaying delaying{.delay = outcome.plan.delay,
                            .fetch_next = fetch_next,
                            .failed_reason = reason,
                            .stack_trace = outcome.trace};
    const auto command =
        bullmq::move_to_delayed(backend_->keys, job.id(), delaying, now(), terms(slot.token));
    const auto reply = co_await client_->call(command);
    auto next = finished(reply, job.id(), backend_->options_cache);
    // A number says nothing of what waits: the queue may be empty, paused or limited.
    if (!reply.value().is_array()) co_return std::nullopt;
    co_return next;
  }
  const auto command =
      retry_job(backend_->keys, job.id(), job.options().lifo, now(), slot.token, reason, outcome.trace);
  const auto reply = co_await client_->call(command);
  accepted(reply, job.id(), "retrying");
  co_return std::nullopt;
}

// Without a result: the processor has moved it, or it goes back to where it was.
base::Task<std::optional<Fetched>> Worker::let_go(Job& job, OutcomeKind kind) {
  if (kind == Outcome::Kind::moved) co_return std::nullopt;
  const auto command = move_active_to_wait(backend_->keys, job.id(), job.token());
  const auto reply = co_await client_->call(command);
  const auto ttl = accepted(reply, job.id(), "giving back");
  if (kind == Outcome::Kind::rate_limited && ttl > 0)
    plan_.rate_limited(base::Millis(ttl), clock_.monotonic_now());
  co_return std::nullopt;
}

void Worker::tell(Job& job, const Outcome& outcome) {
  last_progress_ = clock_.monotonic_now();
  if (outcome.is_ghost) {
    ++stats_.ghosts;
  } else if (outcome.kind == Outcome::Kind::completed) {
    ++stats_.completed;
    ++job.record().attempts_made;
    call_back(events_.completed, job, outcome.value);
  } else if (outcome.kind == Outcome::Kind::failed) {
    ++(outcome.plan.retry ? stats_.retried : stats_.failed);
    ++job.record().attempts_made;
    job.record().failed_reason = outcome.failure.reason;
    call_back(events_.failed, job, outcome.failure.reason, outcome.plan.retry);
  }
}

Retention Worker::retention(const Job& job, FinishedAs as) const {
  const bool completed = as == FinishedAs::completed;
  const auto& own = completed ? job.options().remove_on_complete : job.options().remove_on_fail;
  const auto& general = completed ? options_.remove_on_complete : options_.remove_on_fail;
  return own.value_or(general.value_or(false));
}

}  // namespace watchbill::bullmq
