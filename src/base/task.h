// The coroutine type of the whole project.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace watchbill::base {

namespace asio = boost::asio;

// A coroutine that runs on the reactor thread. Started by `co_await` or by TaskGroup::spawn, by nothing else.
// Parameters are taken by value: the caller's temporaries are gone at the first suspension.
template <class T = void>
using Task = asio::awaitable<T>;

}  // namespace watchbill::base
