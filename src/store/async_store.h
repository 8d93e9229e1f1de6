// The store for coroutines: threads of its own run the calls.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/pool.h"
#include "store/store.h"

namespace watchbill::store {

// run() on the reactor thread. Calls begin in the order in which they were made, as many at once as there are
// stores: one for a database in a file, where a second would only wait for the first.
class AsyncStore {
 public:
  // All of the same database; at least one.
  explicit AsyncStore(std::vector<std::unique_ptr<Store>> stores)
      : stores_(std::move(stores)), threads_(stores_.size()) {
    for (const auto& store : stores_) idle_.push_back(store.get());
  }
  explicit AsyncStore(std::unique_ptr<Store> store) : AsyncStore(list_of(std::move(store))) {}

  // `work(Store&)` on a thread of the store's; its result or exception comes back to the caller's executor.
  template <class Work>
  auto run(Work work) {
    return threads_.run([this, work = std::move(work)]() mutable {
      const Loan store(*this);
      return work(*store);
    });
  }

  // The same in one transaction; `work` may be called again when others were in its way.
  template <class Work>
  auto change(Work work) {
    return run([work = std::move(work)](Store& store) mutable {
      return store.atomically([&] { return work(store); });
    });
  }

 private:
  // There are as many stores as threads: one is always idle.
  class Loan {
   public:
    explicit Loan(AsyncStore& from) : from_(from) {
      const std::scoped_lock lock(from_.mutex_);
      store_ = from_.idle_.back();
      from_.idle_.pop_back();
    }
    ~Loan() {
      const std::scoped_lock lock(from_.mutex_);
      from_.idle_.push_back(store_);
    }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Store& operator*() const { return *store_; }

   private:
    AsyncStore& from_;
    Store* store_;
  };

  static std::vector<std::unique_ptr<Store>> list_of(std::unique_ptr<Store> store) {
    std::vector<std::unique_ptr<Store>> stores;
    stores.push_back(std::move(store));
    return stores;
  }

  std::vector<std::unique_ptr<Store>> stores_;
  std::mutex mutex_;
  std::vector<Store*> idle_;
  base::Pool threads_;
};

}  // namespace watchbill::store
