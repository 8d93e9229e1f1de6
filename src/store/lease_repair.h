// Puts right what a clock that jumped back left far in the future.
#pragma once

#include <optional>

#include "domain/user.h"
#include "store/database.h"

namespace watchbill::store {

// Leases and slots written while the clock was ahead would keep their users from running until it gets there
// again. Looks for them whenever the database's clock fell behind the monotonic one and, less thoroughly
// (what lies beyond any lease, so that a big table is not read at each start), at the first claim of a
// process.
class LeaseRepair {
 public:
  explicit LeaseRepair(Database& database) : database_(database) {}

  // Whether step() has something to look at. `lock_ttl`: how long a claim lasts. `now`: the database's clock,
  // read some time between `asked` of the monotonic clock and this call.
  bool needed(base::Millis lock_ttl, base::Monotonic asked, base::Timestamp now);

  struct Cursor {
    base::Timestamp claimable_at;
    std::string key;
  };
  struct Progress {
    std::optional<Cursor> cursor;  // where the next step goes on; none: nothing is left
  };

  // A bounded part of the work, inside the caller's transaction; to be kept when that has been committed.
  Progress step(base::Timestamp now);
  void keep(Progress progress);

 private:
  struct Row;

  void note_clock(base::Monotonic asked, base::Timestamp now);
  base::Timestamp latest_lock(base::Timestamp now) const;
  void repair(const Row& row, base::Timestamp now);

  Database& database_;
  base::Millis lock_ttl_{0};
  bool active_ = true;
  bool thorough_ = false;
  std::optional<Cursor> cursor_;       // none: at the far end
  std::optional<base::Millis> ahead_;  // of the monotonic clock, by the last look or the best one before it
};

}  // namespace watchbill::store
