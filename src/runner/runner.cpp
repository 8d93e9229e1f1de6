// Rounds, from their start to their record. jobs.cpp has what the queue wants.
#include "runner/runner.h"

#include "base/log.h"

namespace watchbill::runner {

using base::Task;
using domain::RunRefusal;
using domain::RunResult;
using domain::StartedRound;
using domain::Trigger;

namespace {

store::ClaimRef ref_of(const StartedRound& round) { return {round.claim.user_id, round.claim.fence}; }

}  // namespace

struct Runner::Running {
  StartedRound started;
  Trigger trigger = Trigger::schedule;
  base::Monotonic began;
  LeaseKeeper::Held lease;
  std::optional<Places::Place> place;
  std::unique_ptr<Checks> checks;  // absent: nothing to check
  store::FinishedRound finished;   // when recorded
  Done done;
};

Runner::Runner(store::AsyncStore& store, queue::Queue& queue, domain::Prober& prober,
               domain::EventBus& events, const base::Clock& clock, base::asio::any_io_executor executor,
               RunnerOptions options)
    : store_(store),
      queue_(queue),
      events_(events),
      clock_(clock),
      executor_(executor),
      options_(std::move(options)),
      probe_slots_(executor, options_.probes),
      around_{prober, events, clock, probe_slots_, executor, options_.checks_per_round},
      leases_(store, clock, executor, options_.lease),
      recorder_(store, clock, executor),
      places_({options_.concurrency, options_.patience, options_.most_slow}),
      ended_(options_.ahead),
      left_(options_.ahead),
      changed_(executor),
      taken_changed_(executor),
      places_changed_(executor),
      to_settle_changed_(executor),
      taking_(executor),
      rounds_(executor),
      settling_(executor) {}

Runner::~Runner() = default;

Task<> Runner::start() {
  co_await leases_.start();
  co_await recorder_.start();
  settling_.spawn("settling jobs", settle_finished());
  taking_.spawn("taking jobs", take_jobs());
  taking_.spawn("starting rounds", start_taken());
  rounds_.spawn("places of rounds", give_places());
}

Task<> Runner::stop() {
  stopping_ = true;
  queue_.stop_taking();
  changed_.notify();
  taken_changed_.notify();
  co_await taking_.join();
  // Whoever has no place yet is for others to run.
  for (auto& delivery : std::exchange(taken_, {}))
    settle_soon(std::move(delivery.id), queue::Settlement::Kind::given_back);
  for (const auto& running : std::exchange(waiting_, {})) do_not_use(running);
  no_more_places_ = true;
  places_changed_.notify();

  co_await let_finish(clock_.monotonic_now() + options_.grace);
  for (const auto& [user_id, running] : running_)
    if (running->checks) running->checks->abort();
  co_await rounds_.join();
  co_await recorder_.stop();
  // An order whose start is under way begins nothing any more: it adds to what is given back.
  while (!unused_.empty() || orders_ > 0) {
    if (unused_.empty())
      co_await changed_.wait();
    else
      co_await give_back_unused();
  }
  no_more_settlements_ = true;
  to_settle_changed_.notify();
  co_await settling_.join();
  co_await leases_.stop();
}

Task<> Runner::let_finish(base::Monotonic until) {
  while (!running_.empty() && clock_.monotonic_now() < until) {
    if (unused_.empty())
      co_await changed_.wait_until(until);
    else
      co_await give_back_unused();
  }
}

std::shared_ptr<Runner::Running> Runner::begin(StartedRound round, Trigger trigger,
                                               base::Monotonic obtained_at, Done done) {
  auto running = std::make_shared<Running>();
  running->started = std::move(round);
  running->trigger = trigger;
  running->began = clock_.monotonic_now();
  running->done = std::move(done);
  running->lease = leases_.hold(ref_of(running->started), obtained_at, [weak = std::weak_ptr(running)] {
    const auto lost = weak.lock();
    if (lost && lost->checks) lost->checks->abort();
  });
  const auto& user_id = running->started.claim.user_id;
  running_[user_id] = running;
  if (events_.listening(user_id))
    events_.publish(
        {user_id, domain::RoundStarted{running->started.claim.slot, running->started.started_at,
                                       static_cast<int>(running->started.monitors.size()), trigger}});
  if (running->started.monitors.empty())
    finish(running);
  else
    running->checks = std::make_unique<Checks>(around_, running->started);
  return running;
}

void Runner::check_now(const std::shared_ptr<Running>& running) {
  if (!running->checks) return;
  // Whoever waited for a place was late, and not slow.
  const auto now = clock_.monotonic_now();
  running->started.started_at += std::chrono::duration_cast<base::Millis>(now - running->began);
  running->began = now;
  rounds_.spawn("round", check(running));
}

void Runner::check_in_turn(std::shared_ptr<Running> running) {
  if (!running->checks) return;
  waiting_.push_back(std::move(running));
  places_changed_.notify();
}

// In the order in which they were started.
Task<> Runner::give_places() {
  while (!no_more_places_) {
    const auto now = clock_.monotonic_now();
    while (!stopping_ && !waiting_.empty() && places_.free(now) > 0) {
      const auto running = std::move(waiting_.front());
      waiting_.pop_front();
      running->place = places_.take(now);
      check_now(running);
      changed_.notify();
    }
    const bool may_get_one = !stopping_ && !waiting_.empty();
    const auto until = may_get_one ? places_.next_slow() : base::Monotonic::max();
    co_await places_changed_.wait_until(until);
  }
}

Task<> Runner::check(std::shared_ptr<Running> running) {
  ++checking_;
  co_await running->checks->run();
  --checking_;
  if (running->place) {
    places_.give_back(*running->place);
    left_.count(clock_.monotonic_now());
    places_changed_.notify();
  }
  if (running->checks->aborted())
    do_not_use(running);
  else
    finish(running);
  changed_.notify();
}

void Runner::do_not_use(const std::shared_ptr<Running>& running) {
  if (running->lease->lost())
    ended(running, End::lost);
  else
    unused_.push_back({ref_of(running->started), [this, running] { ended(running, End::given_back); }});
}

void Runner::finish(std::shared_ptr<Running> running) {
  const auto& claim = running->started.claim;
  store::FinishedRound finished;
  if (running->checks) {
    finished.updates = running->checks->updates();
    finished.results = running->checks->take_results();
  }
  auto& round = finished.round;
  round.user_id = claim.user_id;
  round.slot = claim.slot;
  round.fence = claim.fence;
  round.trigger = running->trigger;
  round.worker = options_.worker;
  round.started_at = running->started.started_at;
  // The database's clock plus the time that passed here: no second clock is involved.
  round.finished_at =
      round.started_at + std::chrono::duration_cast<base::Millis>(clock_.monotonic_now() - running->began);
  round.counts = domain::count(finished.results);
  round.outcome = domain::outcome_of(round.counts);
  round.error = domain::summary_of(round.counts);
  recorder_.record(std::move(finished), std::move(running->lease),
                   [this, running](store::FinishedRound written, bool was_recorded) {
                     if (was_recorded) recorded(running, std::move(written));
                     ended(running, was_recorded ? End::recorded : End::lost);
                   });
}

void Runner::recorded(const std::shared_ptr<Running>& running, store::FinishedRound finished) {
  publish_finished(finished);
  running->finished = std::move(finished);
}

void Runner::ended(const std::shared_ptr<Running>& running, End end) {
  const auto entry = running_.find(running->started.claim.user_id);
  if (entry != running_.end() && entry->second == running) running_.erase(entry);
  running->lease.reset();
  if (end == End::recorded) ++rounds_done_;
  running->done(end);
  changed_.notify();
}

void Runner::publish_finished(const store::FinishedRound& finished) const {
  const auto& user_id = finished.round.user_id;
  if (!events_.listening(user_id)) return;
  for (const auto& update : finished.updates) {
    if (!update.change.entered) continue;
    events_.publish({user_id, domain::MonitorChanged{update.monitor_id, domain::MonitorChanged::Change::state,
                                                     update.change.status}});
  }
  events_.publish({user_id, domain::RoundFinished{finished.round}});
  events_.publish({user_id, domain::ScheduleChanged{}});
}

// What cannot be given back now is over with its lease.
Task<> Runner::give_back_unused() {
  const auto unused = std::exchange(unused_, {});
  std::vector<store::ClaimRef> claims;
  for (const auto& one : unused) claims.push_back(one.claim);
  try {
    auto work = [claims = std::move(claims)](store::Store& store) {
      store.schedules().give_back(claims, base::Millis(0));
    };
    co_await store_.run(std::move(work));
  } catch (const std::exception& e) {
    base::log::warning("cannot give rounds back; their leases decide", {{"error", e.what()}});
  }
  for (const auto& one : unused) one.given_back();
}

// --- rounds for callers in this process ---

class Runner::Order {
 public:
  explicit Order(Runner& runner) : runner_(runner) { ++runner_.orders_; }
  ~Order() {
    --runner_.orders_;
    runner_.changed_.notify();
  }
  Order(const Order&) = delete;
  Order& operator=(const Order&) = delete;

 private:
  Runner& runner_;
};

std::optional<RunRefusal> Runner::refuses_orders() const {
  if (stopping_) return RunRefusal::stopping;
  if (orders_ >= options_.orders) return RunRefusal::busy;
  return std::nullopt;
}

Task<RunResult> Runner::run_user(domain::UserId user_id) {
  if (const auto refusal = refuses_orders()) co_return *refusal;
  const Order order(*this);
  const auto obtained_at = clock_.monotonic_now();
  store::ClaimAndStart params{std::move(user_id), options_.worker, options_.lease, false};
  auto work = [params = std::move(params)](store::Store& store) {
    return store.schedules().claim_and_start(params);
  };
  auto result = co_await store_.run(std::move(work));
  if (const auto* refusal = std::get_if<store::StartRefusal>(&result))
    co_return *refusal == store::StartRefusal::unknown_user ? RunRefusal::unknown_user
                                                            : RunRefusal::already_running;
  co_return co_await run_here(std::move(std::get<StartedRound>(result)), Trigger::direct, obtained_at);
}

Task<RunResult> Runner::run_claim(domain::Claim claim, Trigger trigger) {
  if (const auto refusal = refuses_orders()) co_return *refusal;
  const Order order(*this);
  const auto obtained_at = clock_.monotonic_now();
  store::StartRounds params{options_.worker, options_.lease, {}};
  params.claims.push_back({claim.user_id, claim.fence});
  auto work = [params = std::move(params)](store::Store& store) { return store.schedules().start(params); };
  auto started = co_await store_.run(std::move(work));
  if (!started.front()) co_return RunRefusal::already_running;
  started.front()->claim.user_email = claim.user_email;
  co_return co_await run_here(std::move(*started.front()), trigger, obtained_at);
}

Task<RunResult> Runner::run_here(StartedRound round, Trigger trigger, base::Monotonic obtained_at) {
  if (stopping_) {
    unused_.push_back({ref_of(round), [] {}});
    co_return RunRefusal::stopping;
  }
  // Shared, because a caller that is cancelled leaves before the round ends.
  struct Outcome {
    explicit Outcome(base::asio::any_io_executor executor) : ended(std::move(executor)) {}
    base::Event ended;
    std::optional<End> end;
  };
  auto outcome = std::make_shared<Outcome>(executor_);
  auto running = begin(std::move(round), trigger, obtained_at, [outcome](End end) {
    outcome->end = end;
    outcome->ended.notify();
  });
  check_now(running);
  while (!outcome->end) co_await outcome->ended.wait();
  if (outcome->end != End::recorded)
    co_return outcome->end == End::given_back ? RunRefusal::stopping : RunRefusal::lost;
  co_return domain::RoundReport{running->started.claim.user_email, std::move(running->finished.round),
                                std::move(running->started.monitors), std::move(running->finished.results)};
}

std::optional<domain::RoundProgress> Runner::progress(const domain::UserId& user_id) const {
  const auto entry = running_.find(user_id);
  if (entry == running_.end()) return std::nullopt;
  const auto& running = *entry->second;
  return domain::RoundProgress{user_id, running.started.claim.slot, running.started.started_at,
                               running.checks ? running.checks->done() : 0,
                               static_cast<int>(running.started.monitors.size())};
}

}  // namespace watchbill::runner
