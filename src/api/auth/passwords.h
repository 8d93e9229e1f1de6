// Passwords: argon2id by libsodium, never more than a few at once.
#pragma once

#include <cstddef>
#include <string>

#include "base/pool.h"
#include "base/task.h"

namespace watchbill::api {

// Blocking, tens of milliseconds and 32 MiB each. The text names its own parameters. Throws std::bad_alloc.
std::string hash_password(const std::string& password);
bool verify_password(const std::string& hash, const std::string& password);
// Whether the hash was made with other parameters than today's.
bool needs_rehash(const std::string& hash);

// The same off the reactor thread. All calls on the reactor thread; must outlive them.
class PasswordHasher {
 public:
  static constexpr std::size_t kAtOnce = 2;    // bounds the memory: 64 MiB
  static constexpr std::size_t kWaiting = 16;  // bounds the wait: well under a second

  // Both throw Refusal 503 `hashing_busy` when too many wait already.
  base::Task<std::string> hash(std::string password);
  // An empty `hash` (no such user, or one without a password) costs the same time and is never right.
  base::Task<bool> verify(std::string hash, std::string password);

  // The hash that stands in for an empty one.
  static const char* nobody();

 private:
  class Place;

  base::Pool threads_{kAtOnce};
  std::size_t taken_ = 0;
};

}  // namespace watchbill::api
