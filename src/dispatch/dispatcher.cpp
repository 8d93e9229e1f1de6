#include "dispatch/dispatcher.h"

#include "base/log.h"

namespace watchbill::dispatch {

using base::Task;
using domain::Claim;

namespace {

// Counting stops here; "remaining" is for people and alarms.
constexpr std::int64_t kCountRemainingUpTo = 10'000;
constexpr std::int64_t kSmallestQueueLimit = 1000;
constexpr base::Millis kLongestRun{1000};

// What finished by its own work: jobs that were dropped say nothing about how fast the workers are.
std::int64_t worked_off(const domain::QueueCounts& counts) { return counts.finished - counts.dropped; }

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
    case domain::RunRefusal::busy:
    case domain::RunRefusal::stopping:
      break;
  }
  return "";
}

// Since when the last of a full batch was due: where the next one begins.
std::optional<base::Timestamp> last_of_full(const std::vector<Claim>& claims, std::size_t limit) {
  if (limit == 0 || claims.size() < limit) return std::nullopt;
  return claims.back().due_since;
}

// What is behind `from` counts only when nothing is after it: 0 is always true.
std::int64_t count_due(store::Store& store, std::optional<base::Timestamp> from) {
  const auto count = store.schedules().count_due(kCountRemainingUpTo, from);
  return count > 0 || !from ? count : store.schedules().count_due(kCountRemainingUpTo);
}

bool refuses_all(const domain::RunResult& result) {
  const auto* refusal = std::get_if<domain::RunRefusal>(&result);
  return refusal && (*refusal == domain::RunRefusal::busy || *refusal == domain::RunRefusal::stopping);
}

domain::SyncReport::Item item_of(const Claim& claim, const domain::RunResult& result) {
  domain::SyncReport::Item item{.user_id = claim.user_id, .email = claim.user_email};
  if (const auto* refusal = std::get_if<domain::RunRefusal>(&result)) {
    item.error = text_of(*refusal);
    return item;
  }
  const auto& round = std::get<domain::RoundReport>(result).round;
  item.ok = round.outcome != domain::Outcome::failed;
  item.duration = round.duration();
  item.error = round.error;
  return item;
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
  const bool room = co_await queue_has_room();
  if (!room) base::log::warning("nothing claimed: the queue is too deep", {{"limit", limit_.limit()}});
  const std::size_t limit = room ? options_.batch_size : 0;
  auto claimed = co_await claim_batch(limit, true);
  report.remaining = claimed.remaining;
  for (const auto& claim : claimed.claims) report.user_ids.push_back(claim.user_id);
  co_await enqueue(std::move(claimed.claims));
  report.queue = co_await queue_.counts();
  report.degraded = queue_.state().degraded;
  co_return report;
}

Task<Dispatcher::Batch> Dispatcher::dispatch_batch() {
  const bool room = co_await queue_has_room();
  if (!room) co_return Batch{.held_back = true};
  auto claimed = co_await claim_batch(options_.batch_size, false);
  const auto count = claimed.claims.size();
  co_await enqueue(std::move(claimed.claims));
  co_return Batch{.claimed = count, .full = count == options_.batch_size};
}

Task<bool> Dispatcher::queue_has_room() {
  const auto counts = co_await queue_.counts();
  limit_.observe(clock_.monotonic_now(), worked_off(counts), counts.waiting);
  // What runs here instead should be little when the queue is back.
  if (queue_.state().degraded) co_return counts.waiting < static_cast<std::int64_t>(options_.batch_size);
  co_return limit_.allows(counts.waiting);
}

// Where the run of full batches goes on, and then from the beginning: somebody may have become due behind it.
// Who is claimed stays so when the rest cannot be asked any more.
Task<Dispatcher::Counted> Dispatcher::claim_batch(std::size_t limit, bool counting) {
  const auto now = clock_.monotonic_now();
  if (!run_ || now - run_->began > kLongestRun) run_ = Run{now, std::nullopt};
  store::ClaimDue params{limit, options_.owner, options_.lock_ttl, run_->from};
  auto work = [params = std::move(params), limit, counting](store::Store& store) mutable {
    Counted counted;
    counted.claims = store.schedules().claim_due(params);
    try {
      if (params.from && counted.claims.size() < params.limit) {
        params.limit -= counted.claims.size();
        params.from.reset();
        auto more = store.schedules().claim_due(params);
        std::move(more.begin(), more.end(), std::back_inserter(counted.claims));
      }
      if (counting) counted.remaining = count_due(store, last_of_full(counted.claims, limit));
    } catch (const store::Unavailable& e) {
      if (counted.claims.empty()) throw;
      base::log::warning("who else is due was not asked", {{"cause", e.what()}});
    }
    return counted;
  };
  auto counted = co_await store_.run(std::move(work));
  const auto last = last_of_full(counted.claims, limit);
  if (last)
    run_ = Run{run_ ? run_->began : now, last};
  else
    run_.reset();
  co_return counted;
}

Task<std::vector<Claim>> Dispatcher::claim_one() {
  store::ClaimDue params{1, options_.owner, options_.lock_ttl};
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

Task<std::size_t> Dispatcher::release_lost() {
  const auto count = co_await release_claims(queue_, false);
  if (count > 0) wake();
  co_return count;
}

Task<std::size_t> Dispatcher::release_claims(queue::Queue& queue, bool known) {
  auto find = [owner = options_.owner](store::Store& store) { return store.schedules().claims_of(owner); };
  const auto claims = co_await store_.run(std::move(find));
  std::vector<std::string> ids;
  for (const auto& claim : claims) ids.push_back(queue::job_id(claim.user_id, claim.fence));
  const auto is_known = co_await queue.knows(std::move(ids));
  std::vector<store::ClaimRef> released;
  for (std::size_t at = 0; at < claims.size(); ++at)
    if (is_known[at] == known) released.push_back(claims[at]);
  const auto count = released.size();
  if (count > 0) co_await release(std::move(released));
  co_return count;
}

// Each is claimed when his turn comes: a claim made earlier might be over by then.
Task<domain::SyncReport> Dispatcher::dispatch_sync() {
  domain::SyncReport report;
  while (report.items.size() < options_.batch_size) {
    auto claims = co_await claim_one();
    if (claims.empty()) break;
    auto item = co_await run_here(claims.front(), report);
    if (!item) {
      co_await release(refs_of(claims));
      break;
    }
    report.items.push_back(std::move(*item));
  }
  co_return report;
}

// Nothing: he had his turn in this call, or no more rounds are run here.
Task<std::optional<domain::SyncReport::Item>> Dispatcher::run_here(Claim claim,
                                                                   const domain::SyncReport& so_far) {
  for (const auto& item : so_far.items)
    if (item.user_id == claim.user_id) co_return std::nullopt;
  std::exception_ptr failure;
  try {
    const auto result = co_await runner_.run_claim(claim, domain::Trigger::sync);
    if (refuses_all(result)) co_return std::nullopt;
    co_return item_of(claim, result);
  } catch (...) {
    failure = std::current_exception();
  }
  // If it was started after all, this leaves it alone.
  std::vector<store::ClaimRef> refs(1, {claim.user_id, claim.fence});
  co_await release(std::move(refs));
  std::rethrow_exception(failure);
}

}  // namespace watchbill::dispatch
