// What differs from one database engine to the next. Everything else in this folder is one SQL for all.
#pragma once

#include <soci/soci.h>

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace watchbill::store {

struct StoreOptions;

struct Migration {
  std::string name;  // the folder's, e.g. "20261123000000_init"; in order
  std::string_view sql;
};

// Stateless after construction, used by one Database.
class Dialect {
 public:
  virtual ~Dialect() = default;

  // Connects. Throws NotADatabase or Unavailable.
  virtual void open(soci::session& session) = 0;

  // The clock by which leases are written and compared.
  virtual base::Timestamp now(soci::session& session) const = 0;

  virtual const char* begin_write() const = 0;
  // After a SELECT: the rows stay as they are until the end of the transaction.
  virtual const char* for_update() const = 0;
  // After an INSERT: a row with the same key is left as it is, and nothing was changed.
  virtual const char* keep_existing() const = 0;

  virtual bool in_transaction(soci::session& session) const = 0;
  // Several statements, as a migration holds them.
  virtual void run_script(soci::session& session, std::string_view script) const = 0;
  // Throws Unavailable when there is no room to grow.
  virtual void check_space() const = 0;
  // Only one process at a time is past this, until the transaction that it begins ends.
  virtual const char* begin_migration() const = 0;
  virtual std::span<const Migration> migrations() const = 0;
  // Creates `_prisma_migrations` and marks the database as ours, unless that is done. Inside a transaction.
  virtual void prepare_migrations(soci::session& session) const = 0;

  // What `error` means in the words of store/errors.h. `committing`: it came from a COMMIT.
  virtual std::exception_ptr translate(const soci::soci_error& error, bool committing) const = 0;
};

// By the URL's scheme. Throws Error for a URL that no engine understands.
std::unique_ptr<Dialect> make_dialect(const StoreOptions& options, const base::Clock& clock);

}  // namespace watchbill::store
