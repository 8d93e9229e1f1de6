#include "http/deadlines.h"

#include <boost/asio/redirect_error.hpp>

namespace watchbill::http {

using base::Monotonic;

Deadlines::Deadlines(base::asio::any_io_executor executor, const base::Clock& clock)
    : clock_(clock), timer_(std::move(executor), Monotonic::max()) {}

Deadlines::Entry::Entry(Deadlines& deadlines)
    : deadlines_(deadlines), place_(deadlines.entries_.emplace(Monotonic::max(), this)) {}

Deadlines::Entry::~Entry() { deadlines_.entries_.erase(place_); }

void Deadlines::Entry::expire_after(base::Millis time) {
  expire_at(deadlines_.clock_.monotonic_now() + time);
}

void Deadlines::Entry::never_expire() {
  if (place_->first != Monotonic::max()) expire_at(Monotonic::max());
}

void Deadlines::Entry::expire_at(Monotonic at) {
  auto node = deadlines_.entries_.extract(place_);
  node.key() = at;
  place_ = deadlines_.entries_.insert(std::move(node));
  // A wake-up that has become too early is left alone: it costs less than moving it with every request.
  if (at < deadlines_.timer_.expiry()) deadlines_.timer_.cancel();
}

base::Task<> Deadlines::run() {
  for (;;) {
    expire_due();
    timer_.expires_at(entries_.empty() ? Monotonic::max() : entries_.begin()->first);
    // Cancelled by an earlier deadline: look again. Cancelled with the coroutine: the next wait throws.
    boost::system::error_code woken;
    co_await timer_.async_wait(base::asio::redirect_error(base::asio::use_awaitable, woken));
  }
}

void Deadlines::expire_due() {
  const auto now = clock_.monotonic_now();
  while (!entries_.empty() && entries_.begin()->first <= now) {
    auto& entry = *entries_.begin()->second;
    entry.expire_at(Monotonic::max());
    entry.on_deadline();
  }
}

}  // namespace watchbill::http
