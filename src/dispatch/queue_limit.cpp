#include "dispatch/queue_limit.h"

#include <algorithm>
#include <cmath>

namespace watchbill::dispatch {

namespace {

constexpr std::chrono::duration<double> kWindow{5.0};  // one observation lasts at least this long
constexpr double kWeightOfNew = 0.5;

}  // namespace

void QueueLimit::observe(base::Monotonic now, std::int64_t settled, std::int64_t waiting) {
  if (!seen_at_ || settled < seen_settled_) {
    seen_at_ = now;
    seen_settled_ = settled;
    return;
  }
  const std::chrono::duration<double> elapsed = now - *seen_at_;
  if (elapsed < kWindow) return;
  const double rate = static_cast<double>(settled - seen_settled_) / elapsed.count();
  // An idle queue says nothing about how fast it could go.
  if (rate > per_second_)
    per_second_ = rate;
  else if (waiting > 0)
    per_second_ += kWeightOfNew * (rate - per_second_);
  seen_at_ = now;
  seen_settled_ = settled;
}

std::int64_t QueueLimit::limit() const {
  if (fixed_) return *fixed_;
  const double seconds = std::chrono::duration<double>(lock_ttl_).count();
  return std::max(floor_, static_cast<std::int64_t>(std::floor(per_second_ * seconds / 2)));
}

}  // namespace watchbill::dispatch
