#include "runner/lease_keeper.h"

#include "base/log.h"

namespace watchbill::runner {

using base::Task;

LeaseKeeper::LeaseKeeper(store::AsyncStore& store, const base::Clock& clock,
                         base::asio::any_io_executor executor, base::Millis lease)
    : store_(store), clock_(clock), lease_(lease), never_(executor), tasks_(executor) {}

Task<> LeaseKeeper::start() {
  tasks_.spawn("lease renewal", renew_regularly());
  tasks_.spawn("lease ages", watch_ages());
  co_return;
}

Task<> LeaseKeeper::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

LeaseKeeper::Held LeaseKeeper::hold(store::ClaimRef claim, base::Monotonic obtained_at,
                                    std::function<void()> on_lost) {
  Held lease(new Lease(*this, ++last_key_));
  lease->claim_ = std::move(claim);
  lease->renewed_at_ = obtained_at;
  lease->on_lost_ = std::move(on_lost);
  leases_.emplace(lease->key_, lease.get());
  return lease;
}

// Keys, because any of them may be let go before its turn comes.
std::vector<std::uint64_t> LeaseKeeper::not_lost() const {
  std::vector<std::uint64_t> keys;
  for (const auto& [key, lease] : leases_)
    if (!lease->lost_) keys.push_back(key);
  return keys;
}

Task<> LeaseKeeper::renew_regularly() {
  for (;;) {
    co_await never_.wait_until(clock_.monotonic_now() + lease_ / 3);
    try {
      co_await renew_all();
    } catch (const std::exception& e) {
      base::log::warning("cannot renew leases", {{"error", e.what()}});
    }
  }
}

Task<> LeaseKeeper::renew_all() {
  const auto asked_at = clock_.monotonic_now();
  const auto asked = not_lost();
  if (asked.empty()) co_return;
  std::vector<store::ClaimRef> claims;
  for (const auto key : asked) claims.push_back(leases_.at(key)->claim_);
  auto work = [claims = std::move(claims), length = lease_](store::Store& store) {
    return store.schedules().renew(claims, length);
  };
  const auto renewed = co_await store_.run(std::move(work));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto lease = leases_.find(asked[i]);  // may have finished meanwhile
    if (lease == leases_.end()) continue;
    if (renewed[i])
      lease->second->renewed_at_ = asked_at;
    else
      lose(asked[i], "another claim was made");
  }
}

// Independent of the database: a call that hangs must not keep a round alive.
Task<> LeaseKeeper::watch_ages() {
  const auto step = std::max(base::Millis(1), lease_ / 12);
  for (;;) {
    co_await never_.wait_until(clock_.monotonic_now() + step);
    const auto now = clock_.monotonic_now();
    for (const auto key : not_lost()) {
      const auto lease = leases_.find(key);
      if (lease != leases_.end() && now - lease->second->renewed_at_ >= lease_ - lease_ / 6)
        lose(key, "the lease could not be renewed in time");
    }
  }
}

void LeaseKeeper::lose(std::uint64_t key, const char* why) {
  auto& lease = *leases_.at(key);
  lease.lost_ = true;
  base::log::warning("round given up",
                     {{"user", lease.claim_.user_id}, {"fence", lease.claim_.fence}, {"why", why}});
  if (const auto on_lost = lease.on_lost_) on_lost();
}

}  // namespace watchbill::runner
