#include "base/event.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

namespace watchbill::base {

namespace {

// Listed for as long as its coroutine waits, however that ends.
class Listed {
 public:
  Listed(std::set<asio::steady_timer*>& list, asio::steady_timer& timer) : list_(list), timer_(timer) {
    list_.insert(&timer_);
  }
  ~Listed() { list_.erase(&timer_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  std::set<asio::steady_timer*>& list_;
  asio::steady_timer& timer_;
};

}  // namespace

void Event::notify() {
  for (auto* timer : waiting_) timer->cancel();
}

Task<> Event::wait_until(Monotonic at) {
  asio::steady_timer timer(executor_, at);
  const Listed listed(waiting_, timer);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  // notify() ends the wait with the same error as the cancellation of the coroutine; only the latter throws.
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace watchbill::base
