// Takes the next connection of a test's server.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.h"

namespace watchbill::probe::testing {

// Survives a test that takes all descriptors.
inline base::Task<boost::asio::ip::tcp::socket> next_connection(boost::asio::ip::tcp::acceptor& acceptor) {
  for (;;) {
    boost::system::error_code error;
    auto socket =
        co_await acceptor.async_accept(boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (!error) co_return socket;
    if (error != boost::asio::error::no_descriptors) throw boost::system::system_error(error);
    boost::asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(1));
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

}  // namespace watchbill::probe::testing
