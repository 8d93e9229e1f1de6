#include "base/slots.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

namespace watchbill::base {

Task<Slots::Slot> Slots::acquire() {
  if (free_ > 0) {
    --free_;
    co_return Slot(this);
  }
  Waiter waiter(*this, executor_);
  boost::system::error_code woken;
  co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  Slot slot(waiter.handed ? this : nullptr);
  // Woken by a cancellation, perhaps together with the slot, which then goes on to the next.
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  co_return slot;
}

void Slots::give_back() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  auto& next = *waiting_.front();
  waiting_.pop_front();
  next.handed = true;
  next.timer.cancel();
}

}  // namespace watchbill::base
