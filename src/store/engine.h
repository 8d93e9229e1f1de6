// One connection to a database, and what differs from one engine to the next. Everything else in this folder
// is one SQL for all.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded_file.h"
#include "base/time.h"
#include "store/cell.h"
#include "store/errors.h"

namespace watchbill::store {

struct StoreOptions;

struct Migration {
  std::string name;  // the folder's, e.g. "20261123000000_init"; in order
  std::string_view sql;
};

// Files named "<migration>/migration.sql", in order.
std::vector<Migration> migrations_of(std::span<const base::EmbeddedFile> files);

// A statement of an engine. Its cells belong to the caller and stay where they are.
class EngineStatement {
 public:
  using OnRow = std::function<void()>;

  virtual ~EngineStatement() = default;

  // With the parameters as they are now; `on_row` is called for each row, its columns filled in. Returns the
  // number of rows changed, or found by a condition that changes nothing.
  virtual std::int64_t run(const OnRow& on_row) = 0;
  // The same, at the latest with the next run() or at the end of the transaction: engines behind a network
  // send it together with what follows. Errors come from there.
  virtual void queue(OnRow on_row) = 0;
};

// The same change for many rows, each with values of its own.
struct BulkChange {
  // Rows that are updated are there, and locked by this transaction.
  enum class Kind { insert_missing, update };

  Kind kind;
  const char* table;
  // In the order of the values. Of an update the first `keys` are the row's primary key, or include it.
  std::vector<const char*> columns;
  std::size_t keys = 0;
  const char* also = "";  // of an update: what is set in all rows, "lockedBy = NULL"
  // Of an update: the other columns that have no default, and any literal that fits, for an engine that
  // updates by an INSERT that finds its rows there.
  struct Filler {
    std::vector<const char*> columns, literals;
  };
  Filler filler = {};
};

class BulkWriter {
 public:
  virtual ~BulkWriter() = default;
  // One row, from the cells that the writer was made with.
  virtual void add() = 0;
  // Nothing of what was added is sure to be done before.
  virtual void flush() = 0;
  // Forgets what was added and not flushed.
  virtual void clear() = 0;
};

// Who else changes the same rows made it impossible; nothing was kept, and it may be tried again.
class Conflict : public Unavailable {
 public:
  explicit Conflict(const std::string& what) : Unavailable(Reason::busy, what) {}
};

// The connection ended before a COMMIT was sent: nothing was kept, and it may be tried again over a new one.
class ConnectionLost : public Unavailable {
 public:
  explicit ConnectionLost(const std::string& what) : Unavailable(Reason::connection, what) {}
};

// Used by one Database, one thread at a time. Throws the errors of store/errors.h.
class Engine {
 public:
  enum class Access { read, write, migrate };

  virtual ~Engine() = default;

  // Connects. Throws NotADatabase, Unavailable, or Error for settings that no later try would help.
  virtual void open() = 0;

  // `sql` with parameters `:name`, which take the cells in the order in which the names first appear.
  virtual std::unique_ptr<EngineStatement> prepare(std::string sql, std::span<Cell> parameters,
                                                   std::span<Cell> columns) = 0;
  virtual std::unique_ptr<BulkWriter> bulk(const BulkChange& change, std::span<Cell> values) = 0;
  // Waits for the answers to all that is queued.
  virtual void settle() = 0;
  // Whether a parameter may be a list: else a statement is to be run once for each of its values.
  virtual bool takes_lists() const = 0;

  // The clock by which leases are written and compared. The same throughout a transaction.
  virtual base::Timestamp now() = 0;

  // What `migrate` begins, only one process at a time is past, until commit() or roll_back().
  virtual void begin(Access access) = 0;
  virtual void commit() = 0;
  // To be called after an error; there may be nothing to roll back.
  virtual void roll_back() = 0;
  // Whether all who write wait for one another: then they should not begin before there is something to
  // write.
  virtual bool has_one_writer() const = 0;

  // After a table's name in a SELECT: to be read by that index, whatever the engine thinks.
  virtual std::string by_index(std::string_view index) const = 0;
  // After a SELECT: the rows stay as they are until the end of the transaction.
  virtual const char* for_update() const = 0;
  // The same, without the rows that somebody else has locked.
  virtual const char* for_update_of_free_rows() const = 0;
  // After an INSERT into a table with a column userId: a row with the same key is left as it is.
  virtual const char* keep_existing() const = 0;
  // The column of UserMonitorSchedule that orders rows of the same claimableAt in the index of that.
  virtual const char* schedule_key() const = 0;
  // Removes at most `:rows` rows of `table`, whose primary key is `key`, that fulfil `condition`.
  virtual std::string limited_delete(std::string_view table, std::string_view key,
                                     std::string_view condition) const = 0;

  // Several statements, as a migration holds them.
  virtual void run_script(std::string_view script) = 0;
  // Throws Unavailable when there is no room to grow.
  virtual void check_space() const = 0;
  virtual std::span<const Migration> migrations() const = 0;
  // Throws MigrationNeeded when what another application keeps here is in the way of ours.
  virtual void require_migratable() = 0;
  // Creates `_prisma_migrations` and marks the database as ours, unless that is done. Inside a transaction.
  virtual void prepare_migrations() = 0;
  virtual std::vector<std::string> table_names() = 0;
  // Whether another application may keep tables here too, and note its own migrations beside ours.
  virtual bool is_shared() const = 0;
};

// By the URL's scheme. Throws Error for a URL that no engine understands.
std::unique_ptr<Engine> make_engine(const StoreOptions& options, const base::Clock& clock);

}  // namespace watchbill::store
