// For waits that report their cancellation as an error code, which other things cause as well.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/task.h"

namespace watchbill::probe {

// Throws operation_aborted when the coroutine that awaits this was cancelled.
inline base::Task<> throw_if_cancelled() {
  const auto state = co_await base::asio::this_coro::cancellation_state;
  if (state.cancelled() != base::asio::cancellation_type::none)
    throw boost::system::system_error(base::asio::error::operation_aborted);
}

}  // namespace watchbill::probe
