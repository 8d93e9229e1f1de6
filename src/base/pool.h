// Blocking work away from the reactor.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <type_traits>
#include <utility>

#include "base/task.h"

namespace watchbill::base {

// A fixed number of threads. The destructor waits for what still runs.
class Pool {
 public:
  explicit Pool(std::size_t threads) : threads_(threads) {}
  ~Pool() { threads_.join(); }

  // Runs `work()` on one of the threads and resumes the caller on its own executor with the result or the
  // exception. Work that has begun is not interrupted: a cancelled caller still waits for it.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Work work) {
    return run_on(threads_.get_executor(), std::move(work));
  }

 private:
  // Not co_spawn on the pool: that passes through the pool's queue once more before it resumes the caller, so
  // each result would wait for all that was queued behind it.
  template <class Work>
  static Task<std::invoke_result_t<Work>> run_on(asio::thread_pool::executor_type executor, Work work) {
    std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
    auto result = task.get_future();
    auto initiate = [executor](auto caller, auto task) {
      asio::post(executor, [caller = std::move(caller), task = std::move(task)]() mutable {
        task();
        const auto home = asio::get_associated_executor(caller);
        asio::post(home, std::move(caller));
      });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(initiate), asio::use_awaitable, std::move(task));
    co_return result.get();
  }

  asio::thread_pool threads_;
};

}  // namespace watchbill::base
