// Keeps the leases of running rounds, and ends a round whose authority can no longer be proven.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/event.h"
#include "base/service.h"
#include "base/task_group.h"
#include "store/async_store.h"

namespace watchbill::runner {

// Reactor thread only. Renews every lease at a third of its length. A started round ages by the monotonic
// clock: when less than a sixth is left, whether or not the database can be reached, it is lost.
class LeaseKeeper final : public base::Service {
 public:
  // A held lease, let go by destroying it. `lost` stays true once set.
  class Lease {
   public:
    ~Lease() { keeper_.leases_.erase(key_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    bool lost() const { return lost_; }

   private:
    friend LeaseKeeper;
    Lease(LeaseKeeper& keeper, std::uint64_t key) : keeper_(keeper), key_(key) {}

    LeaseKeeper& keeper_;
    const std::uint64_t key_;
    store::ClaimRef claim_;
    base::Monotonic renewed_at_;
    std::function<void()> on_lost_;
    bool lost_ = false;
  };
  using Held = std::unique_ptr<Lease>;

  LeaseKeeper(store::AsyncStore& store, const base::Clock& clock, base::asio::any_io_executor executor,
              base::Millis lease);

  base::Task<> start() override;
  base::Task<> stop() override;

  // `obtained_at`: before the start was sent to the database. `on_lost` is called at most once, while held.
  Held hold(store::ClaimRef claim, base::Monotonic obtained_at, std::function<void()> on_lost);

 private:
  base::Task<> renew_regularly();
  base::Task<> watch_ages();
  base::Task<> renew_all();
  std::vector<std::uint64_t> not_lost() const;
  void lose(std::uint64_t key, const char* why);

  store::AsyncStore& store_;
  const base::Clock& clock_;
  const base::Millis lease_;
  std::unordered_map<std::uint64_t, Lease*> leases_;
  std::uint64_t last_key_ = 0;
  base::Event never_;  // sleeps are ended by cancellation alone
  base::TaskGroup tasks_;
};

}  // namespace watchbill::runner
