// SQLite: one file, any number of processes.
#pragma once

#include <string>
#include <vector>

#include "store/busy_patience.h"
#include "store/dialect.h"
#include "store/store.h"

namespace watchbill::store::sqlite {

class SqliteDialect final : public Dialect {
 public:
  SqliteDialect(const StoreOptions& options, const base::Clock& clock);

  void open(soci::session& session) override;
  base::Timestamp now(soci::session& session) const override;
  const char* begin_write() const override { return "BEGIN IMMEDIATE"; }
  const char* for_update() const override { return ""; }
  const char* keep_existing() const override { return " ON CONFLICT DO NOTHING"; }
  bool in_transaction(soci::session& session) const override;
  void run_script(soci::session& session, std::string_view script) const override;
  void check_space() const override;
  const char* begin_migration() const override { return "BEGIN EXCLUSIVE"; }
  std::span<const Migration> migrations() const override { return migrations_; }
  void prepare_migrations(soci::session& session) const override;
  std::exception_ptr translate(const soci::soci_error& error, bool committing) const override;

 private:
  std::string path_;
  bool read_only_;
  BusyPatience patience_;  // SQLite holds a pointer to it
  const base::Clock& clock_;
  std::vector<Migration> migrations_;
};

}  // namespace watchbill::store::sqlite
