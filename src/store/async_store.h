// The store for coroutines: a thread of its own runs one call after the other.
#pragma once

#include <memory>
#include <utility>

#include "base/pool.h"
#include "store/store.h"

namespace watchbill::store {

// run() on the reactor thread. Calls are carried out in the order in which they were made.
class AsyncStore {
 public:
  explicit AsyncStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  // `work(Store&)` on the store's thread; its result or exception comes back to the caller's executor.
  template <class Work>
  auto run(Work work) {
    return thread_.run([store = store_.get(), work = std::move(work)]() mutable { return work(*store); });
  }

  // The same in one transaction.
  template <class Work>
  auto change(Work work) {
    return run([work = std::move(work)](Store& store) mutable {
      return store.atomically([&] { return work(store); });
    });
  }

 private:
  std::unique_ptr<Store> store_;
  base::Pool thread_{1};
};

}  // namespace watchbill::store
