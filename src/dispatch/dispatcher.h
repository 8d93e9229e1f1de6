// Finds due users, claims them and puts one job each into the queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/event.h"
#include "dispatch/queue_limit.h"
#include "domain/services.h"
#include "queue/queue.h"
#include "store/async_store.h"

namespace watchbill::dispatch {

struct DispatcherOptions {
  std::string owner;                      // "dispatcher-<instance>", unique among living processes
  std::size_t batch_size = 20;            // users per call
  base::Millis lock_ttl{900'000};         // how long a claim may wait in the queue
  std::optional<std::int64_t> max_queue;  // absent: as measured (QueueLimit)
};

// Reactor thread only. Any number of dispatchers may work on one database.
class Dispatcher final : public domain::Dispatching {
 public:
  Dispatcher(store::AsyncStore& store, queue::Queue& queue, domain::RoundRunner& runner,
             const base::Clock& clock, base::Event& due_earlier, DispatcherOptions options);

  // Both throw store::Unavailable and queue::Unavailable; claims that certainly were not enqueued are
  // released.
  base::Task<domain::DispatchReport> dispatch() override;
  base::Task<domain::SyncReport> dispatch_sync() override;
  void wake() override {
    ++wakes_;
    due_earlier_.notify();
  }
  // How often wake() was called: a ticker that was busy meanwhile would miss the event alone.
  std::uint64_t wakes() const { return wakes_; }

  // Lets go of what this dispatcher claimed and the queue does not know: after the queue was lost, and after
  // a crash between a claim and its job. Returns how many users. Throws as dispatch() does.
  base::Task<std::size_t> release_lost();
  // The same of those that `queue` knows, or does not.
  base::Task<std::size_t> release_claims(queue::Queue& queue, bool known);

  domain::QueueState queue_state() const { return queue_.state(); }

  struct Batch {
    std::size_t claimed = 0;
    bool full = false;       // more may be due
    bool held_back = false;  // the queue is too deep: nothing was claimed
  };
  // The ticker's call: one batch, without counting what remains.
  base::Task<Batch> dispatch_batch();

 private:
  struct Counted {
    std::vector<domain::Claim> claims;
    std::int64_t remaining = 0;
  };

  base::Task<bool> queue_has_room();
  base::Task<Counted> claim_batch(std::size_t limit, bool counting);
  base::Task<std::vector<domain::Claim>> claim_one();
  base::Task<> enqueue(std::vector<domain::Claim> claims);
  base::Task<> release(std::vector<store::ClaimRef> claims);
  base::Task<std::optional<domain::SyncReport::Item>> run_here(domain::Claim claim,
                                                               const domain::SyncReport& so_far);

  store::AsyncStore& store_;
  queue::Queue& queue_;
  domain::RoundRunner& runner_;
  const base::Clock& clock_;
  base::Event& due_earlier_;  // the ticker waits for it
  const DispatcherOptions options_;
  // Full batches one after the other. What one leaves behind in the database's index costs the next one that
  // begins before it.
  struct Run {
    base::Monotonic began;
    std::optional<base::Timestamp> from;  // where the last one ended
  };

  QueueLimit limit_;
  std::optional<Run> run_;
  std::uint64_t wakes_ = 0;
};

}  // namespace watchbill::dispatch
