#include "dispatch/dispatcher.h"

#include "base/log.h"

namespace watchbill::dispatch {

using base::Task;
using domain::Claim;

namespace {

// Counting stops here; "remaining" is for people and alarms.
constexpr std::int64_t kCountRemainingUpTo = 100'000;
constexpr std::int64_t kSmallestQueueLimit = 1000;

std::vector<store::ClaimRef> refs_of(const std::vector<Claim>& claims) {
  std::vector<store::ClaimRef> refs;
  refs.reserve(claims.size());
  for (const auto& claim : claims) refs.push_back({claim.user_id, claim.fence});
  return refs;
}

std::string_view text_of(domain::RunRefusal refusal) {
  switch (refusal) {
    case domain::RunRefusal::unknown_user:
      return "the user is gone";
    case domain::RunRefusal::already_running:
      return "somebody else started this round";
    case domain::RunRefusal::lost:
      return "another worker took over; nothing was recorded";
  }
  return "";
}

}  // namespace

Dispatcher::Dispatcher(store::AsyncStore& store, queue::Queue& queue, domain::RoundRunner& runner,
                       const base::Clock& clock, base::Event& due_earlier, DispatcherOptions options)
    : store_(store),
      queue_(queue),
      runner_(runner),
      clock_(clock),
      due_earlier_(due_earlier),
      options_(std::move(options)),
      limit_(options_.max_queue,
             std::max(kSmallestQueueLimit, 10 * static_cast<std::int64_t>(options_.batch_size)),
             options_.lock_ttl) {}

Task<domain::DispatchReport> Dispatcher::dispatch() {
  domain::DispatchReport report;
  report.queue = co_await queue_.counts();
  limit_.observe(clock_.monotonic_now(), report.queue.completed + report.queue.failed, report.queue.waiting);
  if (limit_.allows(report.queue.waiting)) {
    auto claims = co_await claim();
    for (const auto& claim : claims) report.user_ids.push_back(claim.user_id);
    co_await enqueue(std::move(claims));
    report.queue = co_await queue_.counts();
  } else {
    base::log::warning("nothing claimed: the queue is too deep",
                       {{"waiting", report.queue.waiting}, {"limit", limit_.limit()}});
  }
  auto work = [](store::Store& store) { return store.schedules().count_due(kCountRemainingUpTo); };
  report.remaining = co_await store_.run(std::move(work));
  co_return report;
}

Task<Dispatcher::Batch> Dispatcher::dispatch_batch() {
  const auto counts = co_await queue_.counts();
  limit_.observe(clock_.monotonic_now(), counts.completed + counts.failed, counts.waiting);
  if (!limit_.allows(counts.waiting)) co_return Batch{.held_back = true};
  auto claims = co_await claim();
  const Batch batch{.claimed = claims.size(), .full = claims.size() == options_.batch_size};
  co_await enqueue(std::move(claims));
  co_return batch;
}

Task<std::vector<Claim>> Dispatcher::claim() {
  store::ClaimDue params{options_.batch_size, options_.owner, options_.lock_ttl};
  auto work = [params = std::move(params)](store::Store& store) {
    return store.schedules().claim_due(params);
  };
  co_return co_await store_.run(std::move(work));
}

Task<> Dispatcher::enqueue(std::vector<Claim> claims) {
  if (claims.empty()) co_return;
  auto refs = refs_of(claims);
  const auto now = clock_.now();
  std::vector<queue::RoundJob> jobs;
  jobs.reserve(claims.size());
  for (auto& claim : claims) jobs.push_back(queue::job_of(std::move(claim), now));

  std::exception_ptr refused;
  try {
    co_await queue_.add(std::move(jobs));
  } catch (const queue::Unavailable& e) {
    // An unknown outcome counts as enqueued: if it was not, the lease brings the users back.
    if (e.outcome_unknown) throw;
    refused = std::current_exception();
  }
  if (!refused) co_return;
  co_await release(std::move(refs));
  std::rethrow_exception(refused);
}

Task<> Dispatcher::release(std::vector<store::ClaimRef> claims) {
  auto work = [claims = std::move(claims)](store::Store& store) { store.schedules().release(claims); };
  co_await store_.run(std::move(work));
}

Task<domain::SyncReport> Dispatcher::dispatch_sync() {
  auto claims = co_await claim();
  auto refs = refs_of(claims);
  domain::SyncReport report;
  std::exception_ptr failure;
  try {
    for (auto& claim : claims) report.items.push_back(co_await run_here(std::move(claim)));
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return report;
  // Those not started yet are due again at once; release() leaves the started ones alone.
  co_await release(std::move(refs));
  std::rethrow_exception(failure);
}

Task<domain::SyncReport::Item> Dispatcher::run_here(Claim claim) {
  domain::SyncReport::Item item{.user_id = claim.user_id, .email = claim.user_email};
  const auto result = co_await runner_.run_claim(std::move(claim), domain::Trigger::sync);
  if (const auto* refusal = std::get_if<domain::RunRefusal>(&result)) {
    item.error = text_of(*refusal);
    co_return item;
  }
  const auto& round = std::get<domain::RoundReport>(result).round;
  item.ok = round.outcome != domain::Outcome::failed;
  item.duration = round.duration();
  item.error = round.error;
  co_return item;
}

}  // namespace watchbill::dispatch
