// Removes what is older than it is to be kept.
#pragma once

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "base/time.h"
#include "store/async_store.h"

namespace watchbill::app {

struct RetentionOptions {
  std::chrono::days checks{30};
  std::chrono::days rounds{90};
  std::chrono::days logs{90};
  // A start has better things to do, and after a boot the clock may still have to be set.
  base::Millis first_after{std::chrono::minutes(10)};
  base::Millis every{std::chrono::hours(1)};
  std::size_t batch = 1000;  // rows in one transaction
  base::Millis pause{50};    // between two batches: others get their turn
};

// Reactor thread only. Works in small transactions; a database that cannot do it now is asked again in the
// next hour.
class Retention final : public base::Service {
 public:
  Retention(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor,
            RetentionOptions options);

  base::Task<> start() override;
  // A batch under way is finished first.
  base::Task<> stop() override;

 private:
  base::Task<> run();
  base::Task<> purge();
  bool clock_believed();
  base::Task<> sleep(base::Millis time);

  store::AsyncStore& store_;
  const base::Clock& clock_;
  const RetentionOptions options_;
  std::optional<base::Millis> clock_ahead_;  // of the monotonic clock, at the last look
  base::Monotonic distrusted_until_{};
  bool stopping_ = false;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
};

}  // namespace watchbill::app
