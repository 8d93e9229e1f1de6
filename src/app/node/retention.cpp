#include "app/node/retention.h"

#include "base/log.h"

namespace watchbill::app {

using base::Task;

Retention::Retention(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor,
                     RetentionOptions options)
    : store_(store), clock_(clock), options_(options), stop_asked_(executor), tasks_(executor) {}

Task<> Retention::start() {
  tasks_.spawn("retention", run());
  co_return;
}

Task<> Retention::stop() {
  stopping_ = true;
  stop_asked_.notify();
  co_await tasks_.join();
}

namespace {

constexpr base::Millis kJump = std::chrono::hours(1);
constexpr base::Millis kDistrust = std::chrono::hours(24);

}  // namespace

Task<> Retention::run() {
  co_await sleep(options_.first_after);
  while (!stopping_) {
    try {
      if (clock_believed()) co_await purge();
    } catch (const store::Error& error) {
      base::log::warning("old results not removed now", {{"error", error.what()}});
    }
    co_await sleep(options_.every);
  }
}

// Removing cannot be taken back, a clock that jumped ahead can: it has to stay there for a day first.
bool Retention::clock_believed() {
  const auto monotonic = clock_.monotonic_now();
  const base::Millis ahead =
      clock_.now().time_since_epoch() - std::chrono::floor<base::Millis>(monotonic.time_since_epoch());
  const auto before = std::exchange(clock_ahead_, ahead);
  if (before && ahead - *before > kJump) {
    distrusted_until_ = monotonic + kDistrust;
    base::log::warning("the clock jumped ahead; nothing is removed for a day",
                       {{"ms", (ahead - *before).count()}});
  }
  return monotonic >= distrusted_until_;
}

Task<> Retention::purge() {
  const auto now = clock_.now();
  store::Retention limits;
  limits.checks_before = now - options_.checks;
  limits.rounds_before = now - options_.rounds;
  limits.logs_before = now - options_.logs;
  limits.batch = options_.batch;
  std::int64_t removed = 0;
  while (!stopping_) {
    auto work = [limits](store::Store& store) { return store.purge(limits); };
    const auto batch = co_await store_.run(std::move(work));
    if (batch == 0) break;
    removed += batch;
    co_await sleep(options_.pause);
  }
  if (removed > 0) base::log::info("old results removed", {{"rows", removed}});
}

Task<> Retention::sleep(base::Millis time) {
  if (!stopping_) co_await stop_asked_.wait_until(clock_.monotonic_now() + time);
}

}  // namespace watchbill::app
