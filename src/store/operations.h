// What operators look at: which processes work on this database, what was dispatched, how late rounds are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/users.h"

namespace watchbill::store {

class Database;

// What a process says of itself, again and again.
struct ProcessBeat {
  std::string instance;  // unique among living processes
  std::string role;      // "up", "web", "worker"
  std::string version;
  std::string host;
  std::int64_t pid = 0;
  std::optional<base::Timestamp> started_at;  // none: now
  std::int64_t concurrency = 0;               // rounds from the queue at once; 0: it takes none
  std::int64_t running = 0;                   // rounds now
  std::int64_t rounds_done = 0;               // since started_at
  std::int64_t window_rounds = 0;             // done within the last `window`
  base::Millis window{0};
};

struct Process : ProcessBeat {
  base::Timestamp seen_at;
  std::optional<base::Timestamp> stopped_at;  // it said good-bye

  // 0 before there is a window.
  double rounds_per_second() const;
};

struct LoggedDispatch : DispatchEntry {
  base::Timestamp at;
};

// How long rounds waited after their slots.
struct Lateness {
  std::int64_t rounds = 0;  // that were looked at
  bool all = true;          // false: there were more, and the last ones were looked at
  base::Millis p50{0};
  base::Millis p95{0};
  base::Millis max{0};
};

// Blocking; on the store's thread. Times by the database's clock.
class Operations {
 public:
  explicit Operations(Database& database) : database_(database) {}

  // The process is there. Returns the database's time.
  base::Timestamp beat(const ProcessBeat& beat);
  // It ends. Only if it began at `started_at`: another one may have taken over its name.
  void end(const std::string& instance, base::Timestamp started_at);
  // Returns how many were removed.
  std::int64_t remove_processes_unseen_since(base::Timestamp before);
  // Living ones first, by their names.
  std::vector<Process> processes();

  // The last ones, the newest first.
  std::vector<LoggedDispatch> dispatches(std::size_t limit);

  // Of the rounds that started within the last `time`; of at most `limit` of them.
  Lateness lateness(base::Millis time, std::size_t limit = 10'000);

  base::Timestamp now();

 private:
  Database& database_;
};

}  // namespace watchbill::store
