#include "app/commands/version.h"

namespace watchbill::app {

std::string_view version() { return WATCHBILL_VERSION; }

ExitCode VersionCommand::run(Context& context) {
  if (context.json) {
    context.print(Json{{"name", "watchbill"}, {"version", version()}});
  } else {
    context.print(fmt::format("watchbill {}", version()));
  }
  return ExitCode::ok;
}

}  // namespace watchbill::app
