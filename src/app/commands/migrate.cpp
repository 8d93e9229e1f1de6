#include "app/commands/migrate.h"

#include <algorithm>
#include <ostream>

#include "app/node/data_folder.h"
#include "app/text/table.h"
#include "store/store.h"

namespace watchbill::app {

namespace {

using State = store::MigrationState::State;

store::Store open_any_schema(const Context& context, const Config& config) {
  return store::Store({.url = config.database_url, .clock = &context.around.clock});
}

std::string_view name_of(State state) {
  switch (state) {
    case State::applied:
      return "applied";
    case State::pending:
      return "pending";
    case State::interrupted:
      return "interrupted";
    case State::failed:
      return "failed";
    case State::rolled_back:
      return "rolled_back";
    case State::unknown_here:
      return "unknown_here";
  }
  return "";
}

std::string describe(State state, const Speaker& say) {
  switch (state) {
    case State::applied:
      return say("applied");
    case State::pending:
      return say("pending");
    case State::interrupted:
      return say("begun, not finished");
    case State::failed:
      return say("failed");
    case State::rolled_back:
      return say("rolled back, pending");
    case State::unknown_here:
      return say("of a newer version");
  }
  return {};
}

Json to_json(const store::MigrationState& migration) {
  Json json = {{"name", migration.name}, {"state", name_of(migration.state)}, {"finishedAt", nullptr}};
  if (migration.finished_at) json["finishedAt"] = base::to_iso8601(*migration.finished_at);
  json["error"] = migration.error.empty() ? Json(nullptr) : Json(migration.error);
  return json;
}

void print_plan(const Context& context, const std::vector<store::PlannedMigration>& planned) {
  const auto& say = context.say;
  auto list = Json::array();
  Table table({say("MIGRATION"), say("TABLE"), say("WHAT IS DONE")});
  for (const auto& migration : planned) {
    list.push_back(Json{{"name", migration.name},
                        {"creates", migration.creates},
                        {"keeps", migration.keeps},
                        {"changes", migration.changes}});
    for (const auto& name : migration.keeps)
      table.add({migration.name, name, say("is there, stays as it is")});
    for (const auto& name : migration.creates) table.add({migration.name, name, say("is made")});
    for (const auto& name : migration.changes)
      table.add({migration.name, name, say("is altered: columns, indexes or name")});
  }
  if (context.json)
    context.print(Json{{"items", std::move(list)}});
  else if (planned.empty())
    context.print(say("nothing to do: the schema is up to date"));
  else
    context.around.out << table.text();
}

void print_states(const Context& context, const std::vector<store::MigrationState>& migrations) {
  const auto& say = context.say;
  auto list = Json::array();
  Table table({say("MIGRATION"), say("STATE"), say("FINISHED"), say("ERROR")});
  for (const auto& migration : migrations) {
    list.push_back(to_json(migration));
    table.add({migration.name, describe(migration.state, say),
               migration.finished_at ? base::to_iso8601(*migration.finished_at) : "-", migration.error});
  }
  if (context.json) {
    context.print(Json{{"items", std::move(list)}});
  } else {
    context.around.out << table.text();
  }
}

}  // namespace

void MigrateDeploy::declare(Flags& flags) {
  flags.flag("--dry-run", dry_run_, "only say what would be done");
}

ExitCode MigrateDeploy::run(Context& context) {
  const auto config = context.config({.database = true});
  if (dry_run_) {
    require_database_file(config, context.say);
    print_plan(context, open_any_schema(context, config).plan_migration());
    return ExitCode::ok;
  }
  create_folders(config, context.say);
  const auto applied = open_any_schema(context, config).migrate();
  if (context.json) {
    context.print(Json{{"applied", applied}});
    return ExitCode::ok;
  }
  for (const auto& name : applied) context.print(context.say("applied {}", name));
  if (applied.empty()) context.print(context.say("nothing to do: the schema is up to date"));
  return ExitCode::ok;
}

ExitCode MigrateStatus::run(Context& context) {
  const auto config = context.config({.database = true});
  require_database_file(config, context.say);
  const auto migrations = open_any_schema(context, config).migrations();
  print_states(context, migrations);
  const bool done = std::all_of(migrations.begin(), migrations.end(),
                                [](const store::MigrationState& m) { return m.state == State::applied; });
  return done ? ExitCode::ok : ExitCode::migration_needed;
}

void MigrateResolve::declare(Flags& flags) {
  flags.argument("MIGRATION", name_, "a migration, as `migrate status` names it");
  flags.flag("--applied", applied_, "what it does is there, done by hand");
  flags.flag("--rolled-back", rolled_back_,
             "its statements were undone by hand; `migrate deploy` tries again");
}

ExitCode MigrateResolve::run(Context& context) {
  const auto& say = context.say;
  if (applied_ == rolled_back_) {
    throw Failure(ExitCode::usage, say("give one of {0} and {1}", "--applied", "--rolled-back"));
  }
  const auto config = context.config({.database = true});
  require_database_file(config, say);
  auto store = open_any_schema(context, config);
  store.resolve_migration(name_, applied_);
  if (context.json) {
    context.print(Json{{"name", name_}, {"state", applied_ ? "applied" : "rolled_back"}});
  } else {
    context.print(applied_ ? say("{} counts as applied", name_) : say("{} counts as rolled back", name_));
  }
  return ExitCode::ok;
}

}  // namespace watchbill::app
