#include "store/store.h"

#include "store/database.h"
#include "store/lease_repair.h"
#include "store/migrator.h"
#include "store/retention.h"

namespace watchbill::store {

namespace {

Migrator migrator(Database& database) { return Migrator(database, database.engine().migrations()); }

}  // namespace

Store::Store(const StoreOptions& options)
    : database_(std::make_unique<Database>(options)),
      schedules_(std::make_unique<Schedules>(*database_)),
      monitors_(std::make_unique<Monitors>(*database_)),
      users_(std::make_unique<Users>(*database_)),
      operations_(std::make_unique<Operations>(*database_)) {}

Store::~Store() = default;

Schedules& Store::schedules() { return *schedules_; }
Monitors& Store::monitors() { return *monitors_; }
Users& Store::users() { return *users_; }
Operations& Store::operations() { return *operations_; }

void Store::transact(const std::function<void()>& body) { database_->write(body); }

void Store::ping() { database_->query<std::int64_t>("SELECT count(*) FROM MonitorWriteProbe").value(); }

void Store::check_writable() {
  database_->engine().check_space();
  database_->write([&] {
    database_->command<base::Timestamp>("UPDATE MonitorWriteProbe SET at = :now WHERE id = 1")(
        database_->now());
  });
}

std::vector<MigrationState> Store::migrations() { return migrator(*database_).states(); }
std::vector<std::string> Store::migrate() { return migrator(*database_).deploy(); }
std::vector<PlannedMigration> Store::plan_migration() { return migrator(*database_).plan(); }
void Store::resolve_migration(const std::string& name, bool applied) {
  migrator(*database_).resolve(name, applied);
}
void Store::check_schema() { migrator(*database_).check(); }

std::int64_t Store::purge(const Retention& retention) { return purge_batch(*database_, retention); }

}  // namespace watchbill::store
