#include "store/migrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/id.h"

namespace watchbill::store {

using State = MigrationState::State;

namespace {

// A row of `_prisma_migrations`. A migration may have several: one that was not rolled back counts, else the
// last.
struct Entry {
  std::string name;
  std::string checksum;
  std::string log;
  std::optional<base::Timestamp> finished_at;
  std::optional<base::Timestamp> rolled_back_at;

  auto columns() { return std::tie(name, checksum, log, finished_at, rolled_back_at); }
};

std::string checksum_of(const Migration& migration) { return base::sha256_hex(migration.sql); }

MigrationState state_of(const Entry& entry) {
  if (entry.rolled_back_at) return {entry.name, State::rolled_back, std::nullopt, entry.log};
  if (!entry.finished_at)
    return {entry.name, entry.log.empty() ? State::interrupted : State::failed, std::nullopt, entry.log};
  return {entry.name, State::applied, entry.finished_at, ""};
}

// In a shared database the application may have had a migration of that name of its own, as the specification
// has it; Prisma does not compare either.
MigrationState state_of(const Migration& migration, const Entry& entry, bool is_shared) {
  auto state = state_of(entry);
  if (!is_shared && state.state == State::applied && entry.checksum != checksum_of(migration)) {
    state.state = State::unknown_here;
    state.error = "it was applied with another content";
  }
  return state;
}

// Of the migrations for shared databases, from the fourth on: so those of a later version are known as ours.
constexpr std::string_view kOurSuffix = "_watchbill";

// Only the first failure matters: nothing goes on before it is repaired.
std::string failed_migration(const std::string& name, const std::string& error) {
  return fmt::format(
      "the migration {0} failed ({1}); undo what it did in the database, then `watchbill migrate resolve {0} "
      "--rolled-back` and `watchbill migrate deploy`",
      name, error);
}

void refuse_blocked(const std::vector<MigrationState>& states) {
  for (const auto& migration : states) {
    if (migration.state == State::failed)
      throw MigrationNeeded(failed_migration(migration.name, migration.error));
    if (migration.state == State::unknown_here)
      throw MigrationNeeded(fmt::format("the database has the migration {}, which is not this version's{}",
                                        migration.name,
                                        migration.error.empty() ? "" : " (" + migration.error + ")"));
  }
}

bool is_present(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The names that follow `verb` at the beginning of a line: "CREATE TABLE IF NOT EXISTS `Name` (", "ALTER
// TABLE Name RENAME".
std::vector<std::string> tables_after(std::string_view verb, std::string_view sql) {
  constexpr std::string_view kIfMissing = "IF NOT EXISTS ";
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < sql.size(); begin = sql.find('\n', begin) + 1) {
    auto line = sql.substr(begin);
    if (line.starts_with(verb)) {
      line.remove_prefix(verb.size());
      if (line.starts_with(kIfMissing)) line.remove_prefix(kIfMissing.size());
      if (line.starts_with('`')) line.remove_prefix(1);
      std::string name(line.substr(0, line.find_first_of("` (\n")));
      if (!is_present(names, name)) names.push_back(std::move(name));
    }
    if (sql.find('\n', begin) == sql.npos) break;
  }
  return names;
}

std::vector<std::string> tables_made_by(const Migration& migration) {
  return tables_after("CREATE TABLE ", migration.sql);
}

bool to_be_applied(State state) {
  return state == State::pending || state == State::rolled_back || state == State::interrupted;
}

}  // namespace

bool Migrator::has_bookkeeping() {
  return is_present(database_.engine().table_names(), "_prisma_migrations");
}

std::vector<MigrationState> Migrator::states() {
  const bool is_shared = database_.engine().is_shared();
  std::map<std::string, Entry> last;
  if (has_bookkeeping()) {
    auto& entries = database_.query<Entry>(
        "SELECT migration_name, checksum, logs, finished_at, rolled_back_at FROM _prisma_migrations "
        "ORDER BY rolled_back_at IS NULL, started_at");
    for (auto& entry : entries.all()) last[entry.name] = entry;
  }
  std::vector<MigrationState> states;
  for (const auto& migration : known_) {
    const auto entry = last.find(migration.name);
    if (entry == last.end()) {
      states.push_back({migration.name, State::pending, std::nullopt, ""});
      continue;
    }
    states.push_back(state_of(migration, entry->second, is_shared));
    last.erase(entry);
  }
  for (const auto& [name, entry] : last) {
    if (is_shared && !name.ends_with(kOurSuffix)) continue;
    auto state = state_of(entry);
    if (state.state == State::applied) state.state = State::unknown_here;
    states.push_back(std::move(state));
  }
  return states;
}

std::vector<PlannedMigration> Migrator::plan() {
  const auto all = states();
  refuse_blocked(all);
  auto present = database_.engine().table_names();
  std::vector<PlannedMigration> planned;
  for (const auto& migration : known_) {
    const auto state =
        std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == migration.name; });
    if (!to_be_applied(state->state)) continue;
    refuse_what_is_in_the_way(*state, migration);
    PlannedMigration plan{.name = migration.name, .changes = tables_after("ALTER TABLE ", migration.sql)};
    for (auto& name : tables_made_by(migration)) {
      (is_present(present, name) ? plan.keeps : plan.creates).push_back(name);
      present.push_back(std::move(name));
    }
    planned.push_back(std::move(plan));
  }
  return planned;
}

std::vector<std::string> Migrator::deploy() {
  prepare_bookkeeping();
  refuse_blocked(states());
  std::vector<std::string> applied;
  for (const auto& migration : known_)
    if (apply(migration)) applied.push_back(migration.name);
  return applied;
}

void Migrator::prepare_bookkeeping() {
  if (has_bookkeeping()) return;
  database_.in_transaction(Engine::Access::migrate, [&] { database_.engine().prepare_migrations(); });
}

// Returns whether it had to be done. Who comes second waits for the lock and finds it done.
bool Migrator::apply(const Migration& migration) {
  std::string failure;
  try {
    return database_.in_transaction(Engine::Access::migrate, [&] {
      const auto now = states();
      refuse_blocked(now);
      const auto state = std::find_if(now.begin(), now.end(),
                                      [&](const auto& entry) { return entry.name == migration.name; });
      if (!to_be_applied(state->state)) return false;
      if (state->state == State::interrupted) roll_back_entries(migration.name);
      refuse_what_is_in_the_way(*state, migration);
      // Seen by others where each statement of a migration commits by itself: killed from here on, it is
      // interrupted.
      const auto id = begin(migration);
      database_.engine().run_script(migration.sql);
      end(id);
      return true;
    });
  } catch (const MigrationNeeded&) {
    throw;
  } catch (const Unavailable&) {
    throw;  // nothing is wrong with it: it is begun again
  } catch (const Error& e) {
    failure = e.what();
  }
  database_.write([&] { note_failure(migration, failure); });
  throw MigrationNeeded(failed_migration(migration.name, failure));
}

void Migrator::refuse_what_is_in_the_way(const MigrationState& state, const Migration& migration) {
  database_.engine().require_migratable();
  if (state.state == State::pending) refuse_taken_names(migration);
}

// Tables are made only where there are none, for what was interrupted; in a shared database that could be a
// table of another application. Those of the specification may be there, with or without our columns.
void Migrator::refuse_taken_names(const Migration& migration) {
  if (!database_.engine().is_shared()) return;
  const auto present = database_.engine().table_names();
  for (const auto& name : tables_made_by(migration))
    if (name != "User" && name != "UserMonitorSchedule" && is_present(present, name))
      throw MigrationNeeded(fmt::format(
          "the migration {} makes the table {}, which is there already: rename that of the other "
          "application, or, if "
          "the migration was applied by hand, say so with `watchbill migrate resolve {} --applied`",
          migration.name, name, migration.name));
}

std::string Migrator::begin(const Migration& migration) {
  auto id = base::new_uuid();
  database_.command<std::string, std::string, std::string, base::Timestamp>(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count) "
      "VALUES (:id, :checksum, :name, :started, 0)")(id, checksum_of(migration), migration.name,
                                                     database_.now());
  return id;
}

void Migrator::end(const std::string& id) {
  database_.command<base::Timestamp, std::string>(
      "UPDATE _prisma_migrations SET finished_at = :now, applied_steps_count = 1 WHERE id = :id")(
      database_.now(), id);
}

void Migrator::roll_back_entries(const std::string& name) {
  database_.command<base::Timestamp, std::string>(
      "UPDATE _prisma_migrations SET rolled_back_at = :now WHERE migration_name = :name AND "
      "finished_at IS NULL AND rolled_back_at IS NULL")(database_.now(), name);
}

// Its entry is gone where a transaction took it back together with the rest.
void Migrator::note_failure(const Migration& migration, const std::string& log) {
  auto& note = database_.command<std::string, std::string>(
      "UPDATE _prisma_migrations SET logs = :log WHERE migration_name = :name AND finished_at IS NULL AND "
      "rolled_back_at IS NULL");
  if (note(log, migration.name) > 0) return;
  begin(migration);
  note(log, migration.name);
}

void Migrator::resolve(const std::string& name, bool applied) {
  const auto migration =
      std::find_if(known_.begin(), known_.end(), [&](const auto& known) { return known.name == name; });
  if (migration == known_.end()) throw Error(fmt::format("there is no migration {}", name));
  prepare_bookkeeping();
  database_.write([&] {
    const auto all = states();
    const auto state =
        std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == name; });
    const bool is_unfinished = state->state == State::failed || state->state == State::interrupted;
    if (!is_unfinished && !(applied && to_be_applied(state->state)))
      throw Error(fmt::format("the migration {} has not failed", name));
    roll_back_entries(name);
    if (applied) end(begin(*migration));
  });
}

void Migrator::check() {
  const auto all = states();
  refuse_blocked(all);
  for (const auto& migration : all)
    if (to_be_applied(migration.state) && std::any_of(known_.begin(), known_.end(), [&](const auto& known) {
          return known.name == migration.name;
        }))
      throw MigrationNeeded(fmt::format("the migration {} has not been applied", migration.name));
}

}  // namespace watchbill::store
