#include "dispatch/ticker.h"

#include "base/log.h"

namespace watchbill::dispatch {

using base::Millis;
using base::Task;

namespace {

constexpr Millis kTickInsteadOfCron{1000};
constexpr Millis kRowIsLocked{100};
constexpr Millis kClocksApart{5};    // that count the same time
constexpr Millis kQueueTooDeep{50};  // look again after this
constexpr Millis kShortestSleep{1};
constexpr int kCallsInARow = 6;  // come within this part of cron's patience
constexpr int kLongestGap = 10;  // between calls of cron, in times of its patience

}  // namespace

Ticker::Ticker(Dispatcher& dispatcher, store::AsyncStore& store, const base::Clock& clock,
               base::Event& due_earlier, base::asio::any_io_executor executor, TickerOptions options)
    : dispatcher_(dispatcher),
      store_(store),
      clock_(clock),
      due_earlier_(due_earlier),
      options_(options),
      cron_patience_(options.cron_patience),
      last_cron_(clock.monotonic_now()),
      logged_at_(last_cron_),
      tasks_(std::move(executor)) {}

Task<> Ticker::start() {
  tasks_.spawn("ticker", run());
  co_return;
}

Task<> Ticker::stop() {
  stopping_ = true;
  due_earlier_.notify();
  co_await tasks_.join();
}

// A call by hand, or several in a row, is no cron: while the ticker stands in for it, it is back with its
// second call, and is waited for as it comes.
void Ticker::heard_cron() {
  const auto now = clock_.monotonic_now();
  const auto gap = called_at_ ? std::optional(now - *called_at_) : std::nullopt;
  const bool again = gap && *gap >= options_.cron_patience / kCallsInARow;
  if (again || !called_at_) called_at_ = now;
  const bool regularly = again && *gap <= kLongestGap * options_.cron_patience;
  if (regularly) cron_patience_ = std::max(options_.cron_patience, std::chrono::ceil<Millis>(*gap) * 5 / 2);
  if (stands_in_ && !regularly) return;
  last_cron_ = now;
  if (std::exchange(stands_in_, false)) base::log::info("cron is heard again");
}

bool Ticker::cron_is_silent() const {
  return !options_.tick && clock_.monotonic_now() >= last_cron_ + cron_patience_;
}

Task<> Ticker::run() {
  auto answered = dispatcher_.wakes();
  while (!stopping_) {
    if (dispatcher_.wakes() == answered && clock_.monotonic_now() < next_look()) {
      co_await due_earlier_.wait_until(next_look());
      continue;
    }
    answered = dispatcher_.wakes();
    if (cron_is_silent() && !std::exchange(stands_in_, true))
      base::log::warning(
          "cron is silent: the dispatcher ticks itself",
          {{"seconds",
            std::chrono::duration_cast<std::chrono::seconds>(clock_.monotonic_now() - last_cron_).count()}});
    const auto sleep = co_await dispatch_what_is_due(options_.tick.value_or(kTickInsteadOfCron));
    sleeps_until_ = clock_.monotonic_now() + sleep;
    if (clock_.monotonic_now() - logged_at_ >= options_.log_every) co_await log_dispatched();
  }
  co_await log_dispatched();
}

base::Monotonic Ticker::next_look() const {
  const bool ticks = options_.tick || dispatcher_.queue_state().degraded;
  return ticks ? sleeps_until_ : std::max(sleeps_until_, last_cron_ + cron_patience_);
}

// A history for people: it may lack what a crash or a database that is away takes with it.
Task<> Ticker::log_dispatched() {
  logged_at_ = clock_.monotonic_now();
  if (unlogged_.claimed == 0) co_return;
  auto entry = std::exchange(unlogged_, {});
  entry.source = "ticker";
  entry.mode = "dispatch";
  try {
    auto work = [entry = std::move(entry)](store::Store& store) { store.users().log_dispatch(entry); };
    co_await store_.run(std::move(work));
  } catch (const store::Unavailable& e) {
    base::log::warning("dispatches not logged", {{"cause", e.what()}});
  }
}

// Returns how long nothing more will be due.
Task<Millis> Ticker::dispatch_what_is_due(Millis longest_sleep) {
  const auto began = clock_.monotonic_now();
  try {
    Dispatcher::Batch batch;
    do {
      batch = co_await dispatcher_.dispatch_batch();
      unlogged_.claimed += static_cast<std::int64_t>(batch.claimed);
    } while (batch.full && !stopping_);
    unlogged_.duration += std::chrono::duration_cast<Millis>(clock_.monotonic_now() - began);
    note("");
    if (batch.held_back) co_return std::min(kQueueTooDeep, longest_sleep);
    const auto ahead = co_await time_to_next_due();
    if (!ahead) co_return longest_sleep;
    // Due before anybody was looked for, and not there to be claimed: somebody else keeps the row locked.
    const auto looked_for = std::chrono::duration_cast<Millis>(clock_.monotonic_now() - began);
    if (batch.claimed == 0 && *ahead < -looked_for - kClocksApart)
      co_return std::min(kRowIsLocked, longest_sleep);
    co_return std::clamp(*ahead, kShortestSleep, longest_sleep);
  } catch (const std::exception& e) {
    note(e.what());
  }
  co_return longest_sleep;
}

// Negative when somebody is due; nothing when nobody will be.
Task<std::optional<Millis>> Ticker::time_to_next_due() {
  auto work = [](store::Store& store) -> std::optional<Millis> {
    const auto due = store.schedules().next_due();
    if (!due) return std::nullopt;
    return *due - store.schedules().now();
  };
  co_return co_await store_.run(std::move(work));
}

// Says when trouble begins and when it is over, not every second in between.
void Ticker::note(const std::string& failure) {
  if (failure == failure_) return;
  if (failure.empty())
    base::log::info("dispatching again");
  else
    base::log::error("cannot dispatch", {{"error", failure}});
  failure_ = failure;
}

}  // namespace watchbill::dispatch
