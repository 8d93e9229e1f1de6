// When a worker asks for the next job: a state machine without I/O.
#pragma once

#include <optional>

#include "base/time.h"
#include "bullmq/messages.h"

namespace watchbill::bullmq {

// Jobs come in two ways: finishing a job hands out the next one, and this plan asks for the first ones. As
// long as the queue gives, it is asked; once it is empty, its marker (a sorted set that adding a job puts
// something into) is waited for, or the time of the first delayed job.
class FetchPlan {
 public:
  enum class Step {
    fetch,            // ask for a job now
    wait_for_marker,  // until it comes, or until `until`
    wait,             // until something changes here, or until `until`
  };
  struct Next {
    Step step;
    std::optional<base::Timestamp> until{};  // wall clock
  };

  FetchPlan(int concurrency, base::Millis max_rate_limit_delay)
      : concurrency_(concurrency), max_rate_limit_delay_(max_rate_limit_delay) {}

  Next next(base::Timestamp now);

  // What the server said with or instead of a job.
  void heard(const Fetched& fetched, base::Timestamp now);
  // The marker came, or the wait for it took as long as it may.
  void marker(std::optional<base::Timestamp> due);
  void rate_limited(base::Timestamp until) { limited_until_ = until; }
  void started() { ++active_; }
  void finished() { --active_; }
  void set_concurrency(int concurrency) { concurrency_ = concurrency; }
  void pause(bool paused) { paused_ = paused; }

  bool has_room() const { return active_ < concurrency_ && !paused_; }
  // Whether a job that ends may bring the next one.
  bool may_continue(base::Timestamp now) const {
    return active_ <= concurrency_ && !paused_ && limited_until_ <= now;
  }
  int active() const { return active_; }
  bool is_drained() const { return drained_; }
  bool is_rate_limited(base::Timestamp now) const { return limited_until_ > now; }

 private:
  int concurrency_;
  const base::Millis max_rate_limit_delay_;
  int active_ = 0;
  bool paused_ = false;
  bool drained_ = false;
  std::optional<base::Timestamp> next_delayed_;
  base::Timestamp limited_until_{};
};

}  // namespace watchbill::bullmq
