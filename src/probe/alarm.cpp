#include "probe/alarm.h"

#include <boost/asio/redirect_error.hpp>

#include "probe/cancellation.h"

namespace watchbill::probe {

namespace {

using namespace std::chrono_literals;

constexpr base::Millis kBusy = 500ms;
// A nap that ends before the alarm goes unseen unless it is looked for; few checks last so long.
constexpr base::Millis kStep = 1s;

}  // namespace

base::Task<> Alarm::at(base::Monotonic time) {
  rung_ = false;
  for (auto now = clock_.monotonic_now(); now < time && !rung_;) {
    const auto step = std::min(time, now + kStep);
    timer_.expires_at(step);
    boost::system::error_code ignored;
    co_await timer_.async_wait(base::asio::redirect_error(base::asio::use_awaitable, ignored));
    co_await throw_if_cancelled();
    now = clock_.monotonic_now();
    const auto late = std::chrono::floor<base::Millis>(now - step);
    if (late > kBusy) overslept_ = overslept_.value_or(0ms) + late;
  }
}

void Alarm::ring() {
  rung_ = true;
  timer_.cancel();
}

}  // namespace watchbill::probe
