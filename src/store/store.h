// Everything that watchbill keeps, in domain words. SQL and its dialects stay inside store/.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/errors.h"
#include "store/monitors.h"
#include "store/operations.h"
#include "store/schedules.h"
#include "store/users.h"

namespace watchbill::store {

struct MigrationState {
  std::string name;
  // interrupted: it was begun, and whoever did so either still works on it or died: it may be begun again.
  enum class State {
    applied,
    pending,
    interrupted,
    failed,
    rolled_back,
    unknown_here
  } state = State::pending;
  std::optional<base::Timestamp> finished_at;
  std::string error;
};

// What a migration that is still to be applied will do.
struct PlannedMigration {
  std::string name;
  std::vector<std::string> creates;  // tables
  std::vector<std::string> keeps;    // tables that it would create, and that are there already
  std::vector<std::string> changes;  // tables that are altered
};

struct Retention {
  base::Timestamp checks_before;  // raw results older than this go
  base::Timestamp rounds_before;
  base::Timestamp logs_before;  // dispatch and audit logs, ended sessions
  std::size_t batch = 1000;     // rows per call at most, so that no transaction is long
};

struct StoreOptions {
  std::string url;  // "sqlite:PATH", "mysql://USER:PASSWORD@HOST:PORT/DATABASE?…" (store/mysql_options.h)
  const base::Clock* clock = nullptr;  // this machine's, which is also that of a database in a file
  base::Millis busy_timeout{5000};     // for what somebody else keeps locked
  bool read_only =
      false;  // writes nothing, creates nothing; every write is refused as Unavailable::read_only
  int default_interval_minutes = domain::kDefaultIntervalMinutes;  // of users who come without a schedule
  // Taken for the clock of a database server instead of that server's own. For tests.
  const base::Clock* database_clock = nullptr;
};

// How many stores of one process the database behind `url` is good for. Throws Error for a bad URL.
std::size_t useful_stores(const std::string& url);

// Blocking; one thread at a time (AsyncStore gives it one of its own).
class Store {
 public:
  // Opens or creates the database; applies nothing. Throws NotADatabase, Unavailable, or Error for a bad URL.
  explicit Store(const StoreOptions& options);
  ~Store();

  Schedules& schedules();
  Monitors& monitors();
  Users& users();
  Operations& operations();

  // `body()` in one transaction: what it writes is kept together or not at all. An exception rolls it back.
  template <class Body>
  auto atomically(Body body) {
    if constexpr (std::is_void_v<decltype(body())>) {
      transact(body);
    } else {
      std::optional<decltype(body())> result;
      transact([&] { result.emplace(body()); });
      return std::move(*result);
    }
  }

  // Throws Unavailable when the database cannot answer now.
  void ping();
  // Throws Unavailable when it cannot be written to now.
  void check_writable();

  std::vector<MigrationState> migrations();
  // Applies what is pending, each in a transaction of its own; several processes may call it at once. Returns
  // the names applied. Throws MigrationNeeded on a failed earlier one or a newer schema.
  std::vector<std::string> migrate();
  // What migrate() would do; changes nothing. Throws what migrate() would throw before it does anything.
  std::vector<PlannedMigration> plan_migration();
  // After repairing by hand: marks a failed migration as applied or as rolled back. One that is pending may
  // be marked as applied, where its tables are there already.
  void resolve_migration(const std::string& name, bool applied);
  // Throws MigrationNeeded unless the schema is exactly this program's.
  void check_schema();

  // One bounded batch; returns rows removed, 0 when nothing is left to remove.
  std::int64_t purge(const Retention& retention);

 private:
  void transact(const std::function<void()>& body);

  std::unique_ptr<Database> database_;
  std::unique_ptr<Schedules> schedules_;
  std::unique_ptr<Monitors> monitors_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Operations> operations_;
};

}  // namespace watchbill::store
