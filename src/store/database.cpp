#include "store/database.h"

#include "base/log.h"

namespace watchbill::store {

namespace {

const base::Clock& clock_of(const StoreOptions& options) {
  static const base::SystemClock system;
  return options.clock ? *options.clock : system;
}

}  // namespace

Database::Database(const StoreOptions& options)
    : clock_(clock_of(options)), dialect_(make_dialect(options, clock_)) {
  dialect_->open(session_);
}

Database::~Database() = default;

// COMMIT may fail with the transaction still open (a reader kept the lock); most other errors of the engine
// end it.
void Database::roll_back() noexcept {
  try {
    if (dialect_->in_transaction(session_)) command<>("ROLLBACK")();
  } catch (const std::exception& e) {
    base::log::error("a transaction could not be rolled back", {{"error", e.what()}});
  }
}

Database::Transaction::Transaction(Database& database, const char* begin) : database_(database) {
  database_.command<>(begin)();
  database_.transacting_ = true;
}

Database::Transaction::~Transaction() {
  database_.transacting_ = false;
  if (open_) database_.roll_back();
}

void Database::Transaction::commit() {
  database_.command<>("COMMIT")();
  open_ = false;
}

}  // namespace watchbill::store
