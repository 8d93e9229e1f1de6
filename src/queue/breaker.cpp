#include "queue/breaker.h"

namespace watchbill::queue {

bool Breaker::check_succeeded(base::Monotonic now) {
  failed_ = 0;
  if (!open_) return false;
  if (!healthy_) healthy_since_ = now;
  healthy_ = true;
  if (now - healthy_since_ < options_.recovery) return false;
  open_ = false;
  return true;
}

bool Breaker::check_failed() {
  healthy_ = false;
  return ++failed_ >= options_.failures && open();
}

bool Breaker::command_failed() { return open(); }

bool Breaker::open() {
  healthy_ = false;
  if (open_) return false;
  open_ = true;
  return true;
}

}  // namespace watchbill::queue
