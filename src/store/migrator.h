// Brings the schema to what this program knows, in the bookkeeping that Prisma uses (`_prisma_migrations`).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/store.h"

namespace watchbill::store {

// On the store's thread. See Store::migrate(), Store::resolve_migration(), Store::check_schema().
class Migrator {
 public:
  // `known` in order; it must outlive the migrator.
  Migrator(Database& database, std::span<const Migration> known) : database_(database), known_(known) {}

  // Those that this program knows, in order, then those that only the database knows.
  std::vector<MigrationState> states();
  std::vector<PlannedMigration> plan();
  std::vector<std::string> deploy();
  void resolve(const std::string& name, bool applied);
  void check();

 private:
  bool has_bookkeeping();
  void prepare_bookkeeping();
  bool apply(const Migration& migration);
  void refuse_taken_names(const Migration& migration);
  void refuse_what_is_in_the_way(const MigrationState& state, const Migration& migration);
  std::string begin(const Migration& migration);
  void end(const std::string& id);
  void roll_back_entries(const std::string& name);
  void note_failure(const Migration& migration, const std::string& log);

  Database& database_;
  std::span<const Migration> known_;
};

}  // namespace watchbill::store
