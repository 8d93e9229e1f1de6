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
    wait_for_marker,  // until it comes
    wait,             // until something changes here
  };
  struct Next {
    Step step;
    std::optional<base::Millis> at_most{};  // for that long, then ask the plan again
  };

  FetchPlan(int concurrency, base::Millis max_rate_limit_delay)
      : concurrency_(concurrency), max_rate_limit_delay_(max_rate_limit_delay) {}

  // Delayed jobs are due by the wall clock, which may be set; rate limits are spans of time.
  Next next(base::Timestamp now, base::Monotonic steady) const;

  // What the server said with or instead of a job, and what asking() was when it was asked: a marker that
  // came since then may tell of a job that it did not know.
  void heard(const Fetched& fetched, std::uint64_t asked, base::Monotonic steady);
  std::uint64_t asking() const { return markers_; }
  // The marker came: of a delayed job with its time, otherwise without. Or there is another reason to ask.
  void marker(std::optional<base::Timestamp> due);
  void rate_limited(base::Millis time, base::Monotonic steady);
  void started() { ++active_; }
  void finished() { --active_; }
  void set_concurrency(int concurrency) { concurrency_ = concurrency; }
  void pause(bool paused) { paused_ = paused; }

  bool has_room() const { return active_ < concurrency_ && !paused_; }
  // Whether a job that ends may bring the next one.
  bool may_continue(base::Monotonic steady) const {
    return active_ <= concurrency_ && !paused_ && !is_rate_limited(steady);
  }
  int active() const { return active_; }
  bool is_drained() const { return drained_; }
  bool is_rate_limited(base::Monotonic steady) const { return limited_until_ > steady; }

 private:
  int concurrency_;
  const base::Millis max_rate_limit_delay_;
  int active_ = 0;
  bool paused_ = false;
  bool drained_ = false;
  std::uint64_t markers_ = 0;  // so far
  std::optional<base::Timestamp> next_delayed_;
  base::Monotonic limited_until_ = base::Monotonic::min();
};

}  // namespace watchbill::bullmq
