#include "queue/breaker.h"

#include <algorithm>

namespace watchbill::queue {

namespace {

constexpr int kSoon = 4;  // times the recovery

}  // namespace

bool Breaker::check_succeeded(base::Monotonic now) {
  failed_ = 0;
  if (!open_) return false;
  if (!healthy_) healthy_since_ = now;
  healthy_ = true;
  if (now - healthy_since_ < recovery_) return false;
  open_ = false;
  closed_at_ = now;
  return true;
}

bool Breaker::check_failed() {
  healthy_ = false;
  return ++failed_ >= options_.failures && open();
}

bool Breaker::command_failed(base::Monotonic now) {
  if (!open_) {
    const bool again = closed_at_ && now - *closed_at_ < kSoon * recovery_;
    recovery_ = again ? std::min(2 * recovery_, options_.longest_recovery) : options_.recovery;
  }
  return open();
}

bool Breaker::open() {
  healthy_ = false;
  if (open_) return false;
  open_ = true;
  return true;
}

}  // namespace watchbill::queue
