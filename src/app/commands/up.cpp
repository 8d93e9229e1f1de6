#include "app/commands/up.h"

#include <csignal>

#include "app/node/serve.h"
#include "base/log.h"

namespace watchbill::app {

namespace {

void configure_log(const Config& config, bool on_terminal) {
  using base::log::Format;
  base::log::configure(config.log_format.value_or(on_terminal ? Format::text : Format::json),
                       config.log_level);
}

}  // namespace

void UpCommand::declare(Flags& flags) {
  flags.flag("--demo", demo_, "add a demo user whose monitors watch this very server");
  flags.setting("--host", "ADDRESS", "HOST", "the address to listen on; 0.0.0.0 or :: for all");
  flags.setting("--port", "PORT", "PORT", "the port to listen on");
  flags.setting("--log-level", "LEVEL", "LOG_LEVEL", "the least important thing that is logged");
}

ExitCode UpCommand::run(Context& context) {
  const auto loaded = context.load_valid({.database = true, .queue = true});
  configure_log(loaded.config, context.around.err_is_terminal);
  for (const auto& note : loaded.problems) {
    base::log::warning("configuration", {{"key", note.key}, {"origin", note.origin}, {"note", note.message}});
  }
  std::signal(SIGPIPE, SIG_IGN);  // a client or a log reader that goes away is no reason to end
  serve(context, {loaded.config, demo_});
  return ExitCode::ok;
}

}  // namespace watchbill::app
