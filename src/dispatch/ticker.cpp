#include "dispatch/ticker.h"

#include "base/log.h"

namespace watchbill::dispatch {

using base::Millis;
using base::Task;

namespace {

constexpr Millis kTickInsteadOfCron{1000};
constexpr Millis kQueueTooDeep{50};  // look again after this
constexpr Millis kShortestSleep{1};

}  // namespace

Ticker::Ticker(Dispatcher& dispatcher, store::AsyncStore& store, const base::Clock& clock,
               base::Event& due_earlier, base::asio::any_io_executor executor, TickerOptions options)
    : dispatcher_(dispatcher),
      store_(store),
      clock_(clock),
      due_earlier_(due_earlier),
      options_(options),
      last_cron_(clock.monotonic_now()),
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

Task<> Ticker::run() {
  while (!stopping_) {
    const auto takes_over = last_cron_ + options_.cron_patience;
    if (!options_.tick && clock_.monotonic_now() < takes_over) {
      co_await due_earlier_.wait_until(takes_over);
      continue;
    }
    const auto sleep = co_await dispatch_what_is_due(options_.tick.value_or(kTickInsteadOfCron));
    if (!stopping_) co_await due_earlier_.wait_until(clock_.monotonic_now() + sleep);
  }
}

// Returns how long nothing more will be due.
Task<Millis> Ticker::dispatch_what_is_due(Millis longest_sleep) {
  try {
    Dispatcher::Batch batch;
    do {
      batch = co_await dispatcher_.dispatch_batch();
    } while (batch.full && !stopping_);
    note("");
    if (batch.held_back) co_return std::min(kQueueTooDeep, longest_sleep);
    co_return co_await until_next_due(longest_sleep);
  } catch (const store::Unavailable& e) {
    note(e.what());
  } catch (const queue::Unavailable& e) {
    note(e.what());
  }
  co_return longest_sleep;
}

Task<Millis> Ticker::until_next_due(Millis longest_sleep) {
  auto work = [](store::Store& store) -> std::optional<Millis> {
    const auto due = store.schedules().next_due();
    if (!due) return std::nullopt;
    return *due - store.schedules().now();
  };
  const auto ahead = co_await store_.run(std::move(work));
  co_return ahead ? std::clamp(*ahead, kShortestSleep, longest_sleep) : longest_sleep;
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
