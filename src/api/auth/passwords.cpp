#include "api/auth/passwords.h"

#include <sodium.h>

#include <new>
#include <stdexcept>

#include "api/refusal.h"

namespace watchbill::api {

namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 32 * 1024 * 1024;

// Of a password that nobody knows, with the parameters above (a test compares them).
constexpr const char* kNobody =
    "$argon2id$v=19$m=32768,t=3,p=1$tQt+zkhtsf3UzvuVqh7d3g$5YVZfRzPBiEiLpVCFb7v4tncyGSvY4u0hBduduJCJzo";

void require_sodium() {
  static const int ready = sodium_init();
  if (ready < 0) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace

std::string hash_password(const std::string& password) {
  require_sodium();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(const std::string& hash, const std::string& password) {
  require_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
  require_sodium();
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemory) != 0;
}

// One of the places in work or in line.
class PasswordHasher::Place {
 public:
  explicit Place(std::size_t& taken) : taken_(taken) {
    if (taken_ >= kAtOnce + kWaiting)
      throw unavailable("hashing_busy", "Too many sign-ins at once. Try again in a moment.");
    ++taken_;
  }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::size_t& taken_;
};

const char* PasswordHasher::nobody() { return kNobody; }

base::Task<std::string> PasswordHasher::hash(std::string password) {
  const Place place(taken_);
  auto work = [password = std::move(password)] { return hash_password(password); };
  co_return co_await threads_.run(std::move(work));
}

base::Task<bool> PasswordHasher::verify(std::string hash, std::string password) {
  const Place place(taken_);
  const bool absent = hash.empty();
  auto work = [hash = absent ? std::string(kNobody) : std::move(hash), password = std::move(password)] {
    return verify_password(hash, password);
  };
  const bool right = co_await threads_.run(std::move(work));
  co_return right && !absent;
}

}  // namespace watchbill::api
