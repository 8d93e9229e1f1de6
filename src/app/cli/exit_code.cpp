#include "app/cli/exit_code.h"

namespace watchbill::app {

namespace {

constexpr ExitCodeRow kExitCodes[] = {
    {ExitCode::ok, "ok", "done"},
    {ExitCode::failed, "failed", "failed; standard error says why"},
    {ExitCode::usage, "usage", "called in a way that does not exist; of `trigger`: no cron secret is set"},
    {ExitCode::config_invalid, "config_invalid", "the configuration is invalid; every problem is listed"},
    {ExitCode::dependency_down, "dependency_down",
     "something that watchbill depends on cannot be used now: the database, a folder, the port"},
    {ExitCode::migration_needed, "migration_needed",
     "the database has another schema than this version; see `watchbill migrate status`"},
    {ExitCode::not_a_database, "not_a_database", "the database file is something else; it was not touched"},
    {ExitCode::interrupted, "interrupted", "interrupted before it was done"},
};

}  // namespace

std::span<const ExitCodeRow> exit_codes() { return kExitCodes; }

std::string_view name_of(ExitCode code) {
  for (const auto& row : kExitCodes) {
    if (row.code == code) return row.name;
  }
  return "failed";
}

}  // namespace watchbill::app
