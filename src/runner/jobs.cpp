// The queue's side of the runner: taking jobs, starting their rounds, settling them.
#include "base/log.h"
#include "runner/runner.h"

namespace watchbill::runner {

using base::Task;
using domain::StartedRound;
using domain::Trigger;
using queue::Delivery;
using queue::Settlement;

namespace {

constexpr std::size_t kLargestTake = 1000;
// Rounds that wait for their commit do not occupy a worker, but there is an end to it.
constexpr std::size_t kLargestBacklog = 5000;
constexpr base::Millis kAfterFailure{1000};
constexpr std::size_t kCompany = 200;
constexpr base::Millis kGather{10};

}  // namespace

// As many as may be checked now, and as many more as will be soon, as fast as rounds have ended lately: jobs
// are taken and started in large batches while others are checked. Where places are kept long nobody is taken
// ahead, whom another worker could run at once.
std::size_t Runner::room() {
  const auto now = clock_.monotonic_now();
  const auto free = places_.free(now);
  const bool is_behind = recorder_.backlog() >= kLargestBacklog || waiting_.size() > left_.lately(now);
  if (is_behind) return 0;
  const auto wanted = free + ended_.lately(now);
  const auto got_ready = taken_.size() + starting_ + waiting_.size();
  return wanted > got_ready ? std::min(wanted - got_ready, kLargestTake) : 0;
}

Task<> Runner::take_jobs() {
  while (!stopping_) {
    const auto room = this->room();
    if (room == 0) {
      co_await changed_.wait_until(places_.next_slow());
      continue;
    }
    auto deliveries = co_await take(room);
    if (!deliveries) {
      co_await changed_.wait_until(clock_.monotonic_now() + kAfterFailure);
      continue;
    }
    if (deliveries->empty()) co_return;
    std::move(deliveries->begin(), deliveries->end(), std::back_inserter(taken_));
    taken_changed_.notify();
  }
}

// Nothing: the queue is in trouble.
Task<std::optional<std::vector<Delivery>>> Runner::take(std::size_t limit) {
  std::optional<std::vector<Delivery>> deliveries;
  try {
    deliveries = co_await queue_.take(limit);
  } catch (const std::exception& e) {
    base::log::error("cannot take jobs", {{"error", e.what()}});
  }
  co_return deliveries;
}

// What was taken meanwhile is one batch. What is not started at the end is given back by stop().
Task<> Runner::start_taken() {
  while (!stopping_) {
    if (taken_.empty()) {
      co_await taken_changed_.wait();
      continue;
    }
    co_await gather();
    if (stopping_) co_return;
    auto deliveries = std::exchange(taken_, {});
    starting_ = deliveries.size();
    co_await start_jobs(std::move(deliveries));
    starting_ = 0;
    changed_.notify();
  }
}

// While many rounds end, a few milliseconds bring company, and a start costs as much as many of its rounds.
Task<> Runner::gather() {
  const auto now = clock_.monotonic_now();
  const auto company = std::min(ended_.lately(now), kCompany);
  while (!stopping_ && taken_.size() < company && clock_.monotonic_now() < now + kGather)
    co_await taken_changed_.wait_until(now + kGather);
}

Task<> Runner::start_jobs(std::vector<Delivery> deliveries) {
  auto unclaimed = co_await start_claimed(std::move(deliveries));
  for (auto& delivery : unclaimed) {
    if (stopping_)
      settle_soon(std::move(delivery.id), Settlement::Kind::given_back);
    else
      co_await start_unclaimed(std::move(delivery));
  }
}

// Starts all that carry a claim in one write. Returns those that need a claim of their own: jobs without a
// fence (another dispatcher's), and redelivered ones whose claim may be over.
Task<std::vector<Delivery>> Runner::start_claimed(std::vector<Delivery> deliveries) {
  const auto obtained_at = clock_.monotonic_now();
  std::vector<Delivery> claimed, unclaimed;
  store::StartRounds params{options_.worker, options_.lease, {}};
  for (auto& delivery : deliveries) {
    if (delivery.job.fence) params.claims.push_back({delivery.job.user_id, *delivery.job.fence});
    (delivery.job.fence ? claimed : unclaimed).push_back(std::move(delivery));
  }
  if (claimed.empty()) co_return unclaimed;
  std::vector<std::optional<StartedRound>> started;
  try {
    auto work = [params = std::move(params)](store::Store& store) { return store.schedules().start(params); };
    started = co_await store_.run(std::move(work));
  } catch (const std::exception& e) {
    // If the start was committed after all, the redelivered job finds it and leaves it to the lease.
    base::log::error("cannot start rounds", {{"rounds", claimed.size()}, {"error", e.what()}});
    for (auto& delivery : claimed) settle_soon(std::move(delivery.id), Settlement::Kind::returned);
    co_return unclaimed;
  }
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    if (started[i])
      begin_from_queue(std::move(*started[i]), std::move(claimed[i].id), obtained_at);
    else if (claimed[i].attempt > 1)
      unclaimed.push_back(std::move(claimed[i]));
    else
      settle_soon(std::move(claimed[i].id), Settlement::Kind::dropped);
  }
  co_return unclaimed;
}

// Claim and start in one write, where the user is due and nobody is at it. Whoever was at it when the job was
// delivered before may be dead: then his lease ends.
Task<> Runner::start_unclaimed(Delivery delivery) {
  const auto obtained_at = clock_.monotonic_now();
  store::ClaimAndStart params{delivery.job.user_id, options_.worker, options_.lease, true};
  std::variant<StartedRound, store::StartRefusal> result;
  try {
    auto work = [params = std::move(params)](store::Store& store) {
      return store.schedules().claim_and_start(params);
    };
    result = co_await store_.run(std::move(work));
  } catch (const std::exception& e) {
    base::log::error("cannot start a round", {{"user", delivery.job.user_id}, {"error", e.what()}});
    co_return settle_soon(std::move(delivery.id), Settlement::Kind::returned);
  }
  if (auto* round = std::get_if<StartedRound>(&result))
    begin_from_queue(std::move(*round), std::move(delivery.id), obtained_at);
  else if (delivery.attempt > 1 &&
           std::get<store::StartRefusal>(result) == store::StartRefusal::already_running)
    settle_soon(std::move(delivery.id), Settlement::Kind::returned, options_.while_held);
  else
    settle_soon(std::move(delivery.id), Settlement::Kind::dropped);
}

void Runner::begin_from_queue(StartedRound round, std::string job_id, base::Monotonic obtained_at) {
  check_in_turn(
      begin(std::move(round), Trigger::schedule, obtained_at, [this, job_id = std::move(job_id)](End end) {
        ended_.count(clock_.monotonic_now());
        settle_soon(job_id,
                    end == End::given_back ? Settlement::Kind::given_back : Settlement::Kind::completed);
      }));
}

void Runner::settle_soon(std::string job_id, Settlement::Kind kind, std::optional<base::Millis> delay) {
  to_settle_.push_back({.id = std::move(job_id), .kind = kind, .delay = delay});
  to_settle_changed_.notify();
}

Task<> Runner::settle(std::vector<Settlement> settlements) {
  try {
    co_await queue_.settle(std::move(settlements));
  } catch (const std::exception& e) {
    // The queue delivers them again; start() finds them done.
    base::log::warning("cannot settle jobs", {{"error", e.what()}});
  }
}

Task<> Runner::settle_finished() {
  while (!no_more_settlements_ || !to_settle_.empty()) {
    if (to_settle_.empty())
      co_await to_settle_changed_.wait();
    else {
      auto batch = std::exchange(to_settle_, {});
      co_await settle(std::move(batch));
    }
  }
}

}  // namespace watchbill::runner
