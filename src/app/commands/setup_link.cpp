#include "app/commands/setup_link.h"

#include "app/commands/store_access.h"
#include "app/node/setup_link.h"
#include "app/text/span.h"

namespace watchbill::app {

ExitCode SetupLinkCommand::run(Context& context) {
  const auto& say = context.say;
  const auto config = context.config({.database = true});
  if (open_store(context, config)->users().has_admin()) {
    throw Failure(ExitCode::failed, say("the set-up is done: there is an administrator already"),
                  say("`watchbill user add EMAIL --admin` makes another administrator"));
  }
  const auto link = SetupLink(config.data_dir, shown_url(config), context.around.clock).current();
  const auto left = link.valid_until - context.around.clock.now();
  if (context.json) {
    context.print(Json{{"url", link.address}, {"validUntil", base::to_iso8601(link.valid_until)}});
    return ExitCode::ok;
  }
  context.print(link.address);
  context.print("  " + say("valid once, for {}, while `watchbill up` runs", describe_span(left, say)));
  return ExitCode::ok;
}

}  // namespace watchbill::app
