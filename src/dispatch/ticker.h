// The built-in cron: dispatches whenever a slot is due.
#pragma once

#include <optional>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "dispatch/dispatcher.h"

namespace watchbill::dispatch {

struct TickerOptions {
  // The longest sleep. Absent (DISPATCH_TICK=off): cron ticks, and Dispatcher::wake(), because "run now"
  // means now; after `cron_patience` without cron, and while the queue is away, this ticker takes over.
  std::optional<base::Millis> tick = base::Millis(1000);
  base::Millis cron_patience{120'000};
  // What was dispatched is written to the dispatch log this often, in one entry.
  base::Millis log_every{60'000};
};

// Reactor thread only.
class Ticker final : public base::Service {
 public:
  Ticker(Dispatcher& dispatcher, store::AsyncStore& store, const base::Clock& clock, base::Event& due_earlier,
         base::asio::any_io_executor executor, TickerOptions options);

  base::Task<> start() override;
  // A batch being claimed is enqueued first.
  base::Task<> stop() override;

  // Somebody called the dispatcher over HTTP.
  void heard_cron();

  // Cron should tick, and has not for `cron_patience`, or for two of its calls: this ticker stands in for it.
  bool cron_is_silent() const;

 private:
  base::Task<> run();
  base::Task<base::Millis> dispatch_what_is_due(base::Millis longest_sleep);
  base::Task<std::optional<base::Millis>> time_to_next_due();
  base::Monotonic next_look() const;
  base::Task<> log_dispatched();
  void note(const std::string& failure);

  Dispatcher& dispatcher_;
  store::AsyncStore& store_;
  const base::Clock& clock_;
  base::Event& due_earlier_;
  const TickerOptions options_;
  base::Millis cron_patience_;  // learnt from its calls
  base::Monotonic last_cron_;
  base::Monotonic sleeps_until_{};
  store::DispatchEntry unlogged_;  // dispatched since the last entry of the log
  base::Monotonic logged_at_;
  bool stands_in_ = false;                    // for cron
  std::optional<base::Monotonic> called_at_;  // last, or the first of several in a row
  std::string failure_;                       // what went wrong last time; empty: nothing
  bool stopping_ = false;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::dispatch
