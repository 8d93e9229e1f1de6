#include "bullmq/fetch_plan.h"

#include <algorithm>

namespace watchbill::bullmq {

FetchPlan::Next FetchPlan::next(base::Timestamp now) {
  if (!has_room()) return {Step::wait};
  // Not to the end of a long limit: asking promotes delayed jobs, which are events for others.
  if (limited_until_ > now) return {Step::wait, std::min(limited_until_, now + max_rate_limit_delay_)};
  if (!drained_) return {Step::fetch};
  if (next_delayed_ && *next_delayed_ <= now) return {Step::fetch};
  return {Step::wait_for_marker, next_delayed_};
}

void FetchPlan::heard(const Fetched& fetched, base::Timestamp now) {
  drained_ = !fetched.job && fetched.rate_limited.count() == 0;
  limited_until_ = fetched.rate_limited.count() > 0 ? now + fetched.rate_limited : base::Timestamp{};
  next_delayed_ = fetched.next_delayed;
}

void FetchPlan::marker(std::optional<base::Timestamp> due) {
  // The marker of a delayed job tells when it is due; an earlier one that is known already stays.
  if (due && due->time_since_epoch().count() > 0) {
    next_delayed_ = next_delayed_ ? std::min(*next_delayed_, *due) : *due;
    return;
  }
  drained_ = false;
}

}  // namespace watchbill::bullmq
