#include "bullmq/fetch_plan.h"

#include <algorithm>

namespace watchbill::bullmq {

namespace {

// The wall clock may be set meanwhile.
constexpr base::Millis kLongestWait = std::chrono::minutes(1);

}  // namespace

FetchPlan::Next FetchPlan::next(base::Timestamp now, base::Monotonic steady) const {
  if (!has_room()) return {Step::wait};
  if (is_rate_limited(steady)) return {Step::wait, std::chrono::ceil<base::Millis>(limited_until_ - steady)};
  if (!drained_) return {Step::fetch};
  if (!next_delayed_) return {Step::wait_for_marker};
  if (*next_delayed_ <= now) return {Step::fetch};
  return {Step::wait_for_marker, std::min(kLongestWait, *next_delayed_ - now)};
}

void FetchPlan::heard(const Fetched& fetched, std::uint64_t asked, base::Monotonic steady) {
  next_delayed_ = fetched.next_delayed;
  if (fetched.rate_limited.count() > 0) return rate_limited(fetched.rate_limited, steady);
  limited_until_ = base::Monotonic::min();
  drained_ = !fetched.job && asked == markers_;
}

void FetchPlan::rate_limited(base::Millis time, base::Monotonic steady) {
  // Not to the end of a long limit: asking promotes delayed jobs, which are events for others.
  limited_until_ = steady + std::min(time, max_rate_limit_delay_);
  drained_ = false;
}

void FetchPlan::marker(std::optional<base::Timestamp> due) {
  ++markers_;
  // An earlier delayed job that is known already stays.
  if (due)
    next_delayed_ = next_delayed_ ? std::min(*next_delayed_, *due) : *due;
  else
    drained_ = false;
}

}  // namespace watchbill::bullmq
