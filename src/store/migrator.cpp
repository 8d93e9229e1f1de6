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
  if (!entry.finished_at) return {entry.name, State::failed, std::nullopt, entry.log};
  return {entry.name, State::applied, entry.finished_at, ""};
}

MigrationState state_of(const Migration& migration, const Entry& entry) {
  auto state = state_of(entry);
  if (state.state == State::applied && entry.checksum != checksum_of(migration)) {
    state.state = State::unknown_here;
    state.error = "it was applied with another content";
  }
  return state;
}

// Only the first failure matters: nothing goes on before it is repaired.
void refuse_blocked(const std::vector<MigrationState>& states) {
  for (const auto& migration : states) {
    if (migration.state == State::failed)
      throw MigrationNeeded(fmt::format("the migration {} failed ({}); repair the database, then resolve it",
                                        migration.name, migration.error));
    if (migration.state == State::unknown_here)
      throw MigrationNeeded(fmt::format("the database has the migration {}, which is not this version's{}",
                                        migration.name,
                                        migration.error.empty() ? "" : " (" + migration.error + ")"));
  }
}

bool to_be_applied(State state) { return state == State::pending || state == State::rolled_back; }

}  // namespace

bool Migrator::has_bookkeeping() {
  auto& tables = database_.query<std::string>(database_.session().get_backend()->get_table_names_query());
  const auto names = tables.all();
  return std::find(names.begin(), names.end(), "_prisma_migrations") != names.end();
}

std::vector<MigrationState> Migrator::states() {
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
    states.push_back(state_of(migration, entry->second));
    last.erase(entry);
  }
  for (const auto& [name, entry] : last) {
    auto state = state_of(entry);
    if (state.state == State::applied) state.state = State::unknown_here;
    states.push_back(std::move(state));
  }
  return states;
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
  database_.in_transaction(database_.dialect().begin_migration(),
                           [&] { database_.dialect().prepare_migrations(database_.session()); });
}

// Returns whether it had to be done. Who comes second waits for the lock and finds it done.
bool Migrator::apply(const Migration& migration) {
  std::string failure;
  try {
    return database_.in_transaction(database_.dialect().begin_migration(), [&] {
      const auto now = states();
      refuse_blocked(now);
      const auto state = std::find_if(now.begin(), now.end(),
                                      [&](const auto& entry) { return entry.name == migration.name; });
      if (!to_be_applied(state->state)) return false;
      database_.dialect().run_script(database_.session(), migration.sql);
      note(migration, true, "");
      return true;
    });
  } catch (const MigrationNeeded&) {
    throw;
  } catch (const Unavailable&) {
    throw;  // nothing of it was kept, and nothing is wrong with it
  } catch (const Error& e) {
    failure = e.what();
  }
  database_.write([&] { note(migration, false, failure); });
  throw MigrationNeeded(fmt::format("the migration {} failed ({}); repair the database, then resolve it",
                                    migration.name, failure));
}

void Migrator::note(const Migration& migration, bool finished, const std::string& log) {
  const auto now = database_.now();
  auto& insert = database_.command<std::string, std::string, std::optional<base::Timestamp>, std::string,
                                   std::optional<std::string>, base::Timestamp, int>(
      "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, logs, started_at, "
      "applied_steps_count) VALUES (:id, :checksum, :finished, :name, :logs, :started, :steps)");
  insert(base::new_id(), checksum_of(migration), finished ? std::optional(now) : std::nullopt, migration.name,
         log.empty() ? std::nullopt : std::optional(log), now, finished ? 1 : 0);
}

void Migrator::resolve(const std::string& name, bool applied) {
  const auto migration =
      std::find_if(known_.begin(), known_.end(), [&](const auto& known) { return known.name == name; });
  if (migration == known_.end()) throw Error(fmt::format("there is no migration {}", name));
  database_.write([&] {
    const auto all = states();
    const auto state =
        std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name == name; });
    if (state->state != State::failed) throw Error(fmt::format("the migration {} has not failed", name));
    database_.command<base::Timestamp, std::string>(
        "UPDATE _prisma_migrations SET rolled_back_at = :now WHERE migration_name = :name AND "
        "finished_at IS NULL AND rolled_back_at IS NULL")(database_.now(), name);
    if (applied) note(*migration, true, "");
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
