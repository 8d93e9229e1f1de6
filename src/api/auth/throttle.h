// How often a password may be guessed.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/time.h"

namespace watchbill::api {

// Buckets of attempts by key: `capacity` at once, then one more every `refill`. Remembers the `max_keys` keys
// used last; a forgotten key starts with a full bucket. Reactor thread only.
class AttemptBuckets {
 public:
  struct Limits {
    int capacity;
    std::chrono::seconds refill;
    std::size_t max_keys = 10'000;
  };

  explicit AttemptBuckets(Limits limits) : limits_(limits) {}

  // How long until there is an attempt to take; zero: now. Only what is taken takes room, so that asking
  // cannot push anything out.
  std::chrono::seconds wait(const std::string& key, base::Monotonic now) const;
  void take(const std::string& key, base::Monotonic now);
  void give_back(const std::string& key);

 private:
  struct Bucket {
    std::string key;
    double attempts;
    base::Monotonic counted_at{};
  };

  double attempts_left(const Bucket& bucket, base::Monotonic now) const;
  Bucket& bucket(const std::string& key);

  Limits limits_;
  std::list<Bucket> buckets_;  // the one used last first
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_key_;
};

// The keys added last. Only what is added takes room, so that asking cannot push anything out.
class RecentKeys {
 public:
  explicit RecentKeys(std::size_t max_keys = 10'000) : max_keys_(max_keys) {}

  bool contains(const std::string& key) const { return keys_.contains(key); }
  void add(const std::string& key);

 private:
  std::size_t max_keys_;
  std::unordered_set<std::string> keys_;
  std::deque<std::string> oldest_first_;
};

// Limits wrong passwords per account from one address, per address, and per account from everywhere. Nobody
// is locked out for good: attempts come back with time, and an address from which the account was signed in
// to before is not touched by what others do to the account. Reactor thread only.
class SignInThrottle {
 public:
  explicit SignInThrottle(const base::Clock& clock) : clock_(clock) {}

  // Counts an attempt before the password is looked at, so that attempts made at once count too. Throws
  // Refusal 429 when there is none left.
  void attempt(const std::string& account, const std::string& address);
  // The attempt was right: it does not count.
  void succeeded(const std::string& account, const std::string& address);

 private:
  const base::Clock& clock_;
  AttemptBuckets pairs_{{5, std::chrono::seconds(30)}};
  AttemptBuckets addresses_{{20, std::chrono::seconds(10)}};
  AttemptBuckets accounts_{{30, std::chrono::seconds(20)}};
  RecentKeys known_pairs_;  // account and address that belong together by a right password
};

// What of an address counts: an IPv4 address whole, an IPv6 address by its /64, which is one customer's.
std::string throttled_address(const std::string& address);

}  // namespace watchbill::api
