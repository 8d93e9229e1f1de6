#include "api/auth/throttle.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cmath>

#include "api/refusal.h"

namespace watchbill::api {

double AttemptBuckets::attempts_left(const Bucket& bucket, base::Monotonic now) const {
  const std::chrono::duration<double> passed = now - bucket.counted_at;
  return std::min<double>(limits_.capacity,
                          bucket.attempts + passed / std::chrono::duration<double>(limits_.refill));
}

AttemptBuckets::Bucket& AttemptBuckets::bucket(const std::string& key) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    return buckets_.front();
  }
  if (buckets_.size() >= limits_.max_keys) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({key, static_cast<double>(limits_.capacity)});
  by_key_.emplace(key, buckets_.begin());
  return buckets_.front();
}

std::chrono::seconds AttemptBuckets::wait(const std::string& key, base::Monotonic now) const {
  const auto found = by_key_.find(key);
  const double attempts = found == by_key_.end() ? limits_.capacity : attempts_left(*found->second, now);
  if (attempts >= 1) return std::chrono::seconds(0);
  return std::chrono::seconds(
      static_cast<long>(std::ceil((1 - attempts) * static_cast<double>(limits_.refill.count()))));
}

void AttemptBuckets::take(const std::string& key, base::Monotonic now) {
  auto& taken = bucket(key);
  taken.attempts = attempts_left(taken, now) - 1;
  taken.counted_at = now;
}

void AttemptBuckets::give_back(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  found->second->attempts = std::min<double>(limits_.capacity, found->second->attempts + 1);
}

void RecentKeys::add(const std::string& key) {
  if (!keys_.insert(key).second) return;
  oldest_first_.push_back(key);
  if (oldest_first_.size() <= max_keys_) return;
  keys_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

namespace {

std::string pair_key(const std::string& account, const std::string& address) {
  return address + ' ' + account;
}

}  // namespace

void SignInThrottle::attempt(const std::string& account, const std::string& peer) {
  const auto now = clock_.monotonic_now();
  const std::string address = throttled_address(peer);
  const std::string pair = pair_key(account, address);
  const bool known = known_pairs_.contains(pair);
  auto wait = std::max(pairs_.wait(pair, now), addresses_.wait(address, now));
  if (!known) wait = std::max(wait, accounts_.wait(account, now));
  if (wait > std::chrono::seconds(0))
    throw too_many_requests(wait, fmt::format("Too many attempts. Try again in {} seconds.", wait.count()));
  pairs_.take(pair, now);
  addresses_.take(address, now);
  if (!known) accounts_.take(account, now);
}

void SignInThrottle::succeeded(const std::string& account, const std::string& peer) {
  const std::string address = throttled_address(peer);
  const std::string pair = pair_key(account, address);
  pairs_.give_back(pair);
  addresses_.give_back(address);
  if (known_pairs_.contains(pair)) return;
  accounts_.give_back(account);
  known_pairs_.add(pair);
}

std::string throttled_address(const std::string& text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(text, error);
  if (error || address.is_v4()) return text;
  if (address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace watchbill::api
