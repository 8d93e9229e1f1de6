#include "app/cli/store_failure.h"

namespace watchbill::app {

namespace {

Failure with_detail(Failure failure, const store::Error& error) {
  failure.detail = error.what();
  return failure;
}

std::string next_step(store::Unavailable::Reason reason, const Speaker& say) {
  using enum store::Unavailable::Reason;
  switch (reason) {
    case busy:
      return say("another process keeps it busy; try again");
    case disk_full:
      return say("free some space on its disk");
    case read_only:
      return say(
          "let the user write: to the file and its folder; on a server by GRANT; or name a server that is "
          "not read-only");
    case io:
      return say("check the disk and the permissions of the file and its folder");
    case connection:
      return say("check that the database server runs and can be reached");
  }
  return {};
}

}  // namespace

Failure failure_of(const store::NotADatabase& error, const Speaker& say) {
  return with_detail(
      {ExitCode::not_a_database, say("the database file is no database of watchbill, or it is damaged"),
       say("the file was not touched; name another one in DATABASE_URL, or move it away")},
      error);
}

Failure failure_of(const store::AccessRefused& error, const Speaker& say) {
  return with_detail(
      {ExitCode::config_invalid, say("the database server refuses what DATABASE_URL asks for"),
       say("check user, password and name of the database in DATABASE_URL, and what the user may do")},
      error);
}

Failure failure_of(const store::MigrationNeeded& error, const Speaker& say) {
  return with_detail({ExitCode::migration_needed, say("the database has another schema than this version"),
                      say("`watchbill migrate status` shows the difference; `watchbill migrate deploy` "
                          "applies what is missing, a newer "
                          "schema needs the newer program")},
                     error);
}

Failure failure_of(const store::Unavailable& error, const Speaker& say) {
  return with_detail(
      {ExitCode::dependency_down, say("the database cannot be used now"), next_step(error.reason, say)},
      error);
}

}  // namespace watchbill::app
