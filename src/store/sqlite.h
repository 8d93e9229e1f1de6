// SQLite: one file, any number of processes.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "store/busy_patience.h"
#include "store/engine.h"
#include "store/store.h"

namespace watchbill::store::sqlite {

class SqliteEngine final : public Engine {
 public:
  SqliteEngine(const StoreOptions& options, const base::Clock& clock);

  void open() override;
  std::unique_ptr<EngineStatement> prepare(std::string sql, std::span<Cell> parameters,
                                           std::span<Cell> columns) override;
  std::unique_ptr<BulkWriter> bulk(const BulkChange& change, std::span<Cell> values) override;
  void settle() override {}
  bool takes_lists() const override { return false; }
  base::Timestamp now() override { return clock_.now(); }
  void begin(Access access) override;
  void commit() override { run("COMMIT"); }
  void roll_back() override;
  bool has_one_writer() const override { return true; }
  std::string by_index(std::string_view index) const override { return " INDEXED BY " + std::string(index); }
  const char* for_update() const override { return ""; }
  const char* for_update_of_free_rows() const override { return ""; }
  const char* keep_existing() const override { return " ON CONFLICT DO NOTHING"; }
  const char* schedule_key() const override { return "userId"; }
  std::string limited_delete(std::string_view table, std::string_view key,
                             std::string_view condition) const override;
  void run_script(std::string_view script) override;
  void check_space() const override;
  std::span<const Migration> migrations() const override { return migrations_; }
  void require_migratable() override {}
  void prepare_migrations() override;
  std::vector<std::string> table_names() override;
  bool is_shared() const override { return false; }

 private:
  class Prepared;
  class OneByOne;

  void run(const char* sql);
  std::exception_ptr translate(const soci::soci_error& error, bool committing) const;

  std::string path_;
  bool read_only_;
  BusyPatience patience_;  // SQLite holds a pointer to it
  const base::Clock& clock_;
  std::vector<Migration> migrations_;
  soci::session session_;
};

}  // namespace watchbill::store::sqlite
