#include "app/commands/health.h"

#include <ostream>

#include "app/commands/http_call.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr base::Millis kDeadline{10'000};

void print_checks(const Context& context, const Json& said) {
  const auto& say = context.say;
  Table table({say("CHECK"), say("RESULT"), say("TIME"), say("DETAIL")});
  for (const auto& check : said.value("checks", Json::array())) {
    const auto detail = check.value("detail", Json());
    table.add({check.value("name", ""), check.value("ok", false) ? say("ok") : say("failing"),
               say("{} ms", check.value("ms", std::int64_t{0})),
               detail.is_string() ? detail.get<std::string>() : ""});
  }
  context.around.out << table.text();
}

}  // namespace

void HealthCommand::declare(Flags& flags) {
  flags.flag("--ready", ready_, "can it do its work? runs each check");
  flags.setting("--port", "PORT", "PORT", "the server's port");
}

ExitCode HealthCommand::run(Context& context) {
  const auto& say = context.say;
  HttpCall call;
  call.url = local_url(context.config({})) + (ready_ ? "/readyz" : "/healthz");
  call.deadline = kDeadline;
  const auto answer = call_http(call);
  if (answer.status == 0)
    throw Failure(ExitCode::failed, say("no answer from {0}: {1}", call.url, answer.error));
  const auto said = Json::parse(answer.body, nullptr, false);
  if (!said.is_object() || !said.contains("status")) {
    throw Failure(ExitCode::failed, say("{} is something else, no watchbill", call.url));
  }
  const bool good = answer.status == 200;
  if (context.json) {
    context.print(said);
  } else if (ready_) {
    print_checks(context, said);
  } else {
    context.print(good ? say("ok") : say("failing"));
  }
  return good ? ExitCode::ok : ExitCode::failed;
}

}  // namespace watchbill::app
