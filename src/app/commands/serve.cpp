#include "app/commands/serve.h"

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

// Where cron ticks, as a rule.
Config config_of(Role role, const LoadedConfig& loaded) {
  auto config = loaded.config;
  if (role == Role::web && !loaded.origins.contains("DISPATCH_TICK")) config.dispatch_tick.reset();
  return config;
}

}  // namespace

template <Role role>
void ServeCommand<role>::declare(Flags& flags) {
  if (role == Role::all) flags.flag("--demo", demo_, "add a demo user whose monitors watch this very server");
  if (role != Role::worker) {
    flags.setting("--host", "ADDRESS", "HOST", "the address to listen on; 0.0.0.0 or :: for all");
    flags.setting("--port", "PORT", "PORT", "the port to listen on");
  }
  if (role != Role::web)
    flags.setting("--concurrency", "COUNT", "WORKER_CONCURRENCY", "rounds at once in one worker");
  flags.setting("--log-level", "LEVEL", "LOG_LEVEL", "the least important thing that is logged");
}

template <Role role>
ExitCode ServeCommand<role>::run(Context& context) {
  const auto loaded =
      context.load_valid({.database = true, .queue = true, .shared_queue = role == Role::worker});
  configure_log(loaded.config, context.around.err_is_terminal);
  for (const auto& note : loaded.problems) {
    base::log::warning("configuration", {{"key", note.key}, {"origin", note.origin}, {"note", note.message}});
  }
  std::signal(SIGPIPE, SIG_IGN);  // a client or a log reader that goes away is no reason to end
  serve(context, {role, config_of(role, loaded), demo_});
  return ExitCode::ok;
}

template class ServeCommand<Role::all>;
template class ServeCommand<Role::web>;
template class ServeCommand<Role::worker>;

}  // namespace watchbill::app
