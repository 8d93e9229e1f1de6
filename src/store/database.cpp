#include "store/database.h"

#include <random>
#include <thread>

#include "base/log.h"

namespace watchbill::store {

namespace {

const base::Clock& clock_of(const StoreOptions& options) {
  static const base::SystemClock system;
  return options.clock ? *options.clock : system;
}

}  // namespace

Database::Database(const StoreOptions& options)
    : clock_(clock_of(options)),
      patience_(options.busy_timeout),
      default_interval_minutes_(options.default_interval_minutes),
      engine_(make_engine(options, clock_)) {
  engine_->open();
}

Database::~Database() = default;

bool Database::may_retry(int attempt, base::Monotonic began) const {
  constexpr int kMostAttempts = 6;
  return attempt < kMostAttempts && base::SystemClock().monotonic_now() - began < patience_;
}

// Those who were in each other's way must not meet again.
void Database::pause_before_retry(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int> ms(1, 5 << attempt);
  std::this_thread::sleep_for(base::Millis(ms(random)));
}

// COMMIT may fail with the transaction still open (a reader kept the lock); most other errors of the engine
// end it.
void Database::roll_back() noexcept {
  try {
    engine_->roll_back();
  } catch (const std::exception& e) {
    base::log::error("a transaction could not be rolled back", {{"error", e.what()}});
  }
}

Database::Transaction::Transaction(Database& database, Engine::Access access) : database_(database) {
  for (auto& [change, bulk] : database_.bulks_) bulk->clear();
  database_.engine_->begin(access);
  database_.transacting_ = true;
}

Database::Transaction::~Transaction() {
  database_.transacting_ = false;
  if (open_) database_.roll_back();
}

void Database::Transaction::commit() {
  database_.engine_->commit();
  open_ = false;
}

}  // namespace watchbill::store
