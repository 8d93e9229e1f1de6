// A coroutine as a blocking call, for commands that have no reactor of their own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "base/task.h"

namespace watchbill::app {

// Runs `context` until `task` ended; gives its result or throws its exception. What else runs there goes on
// meanwhile.
template <class T>
T run_task(boost::asio::io_context& context, base::Task<T> task) {
  std::optional<T> result;
  std::optional<std::exception_ptr> ended;
  const auto keep = [&](std::exception_ptr error, T value) {
    ended = error;
    if (!error) result.emplace(std::move(value));
  };
  boost::asio::co_spawn(context, std::move(task), keep);
  context.restart();
  while (!ended) context.run_one();
  if (*ended) std::rethrow_exception(*ended);
  return std::move(*result);
}

}  // namespace watchbill::app
