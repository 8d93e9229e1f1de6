#include "app/cli/run.h"

#include <iostream>

#include "app/cli/help.h"
#include "app/cli/invocation.h"
#include "app/cli/problem_text.h"
#include "app/cli/store_failure.h"
#include "app/commands/version.h"
#include "app/text/display_width.h"

namespace watchbill::app {

namespace {

Language language_for(const Surroundings& around) {
  const auto variable = [&](std::string_view name) {
    const auto found = around.environment.find(name);
    return found == around.environment.end() ? std::string_view() : std::string_view(found->second);
  };
  return language_of_locale(variable("LC_ALL"), variable("LC_MESSAGES"), variable("LANG"));
}

ExitCode report(const Failure& failure, const Context& context) {
  auto& err = context.around.err;
  if (context.json) {
    Json error = {{"success", false}, {"error", failure.what()}, {"code", name_of(failure.code)}};
    if (!failure.detail.empty()) error["detail"] = failure.detail;
    if (!failure.next_step.empty()) error["nextStep"] = failure.next_step;
    if (!failure.problems.empty()) error["problems"] = Json::array();
    for (const auto& problem : failure.problems) error["problems"].push_back(to_json(problem));
    err << error.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return failure.code;
  }
  err << "watchbill: " << printable(failure.what()) << '\n';
  for (const auto& problem : failure.problems) err << describe(problem, context.say);
  if (!failure.detail.empty()) err << "  " << printable(failure.detail) << '\n';
  if (!failure.next_step.empty()) err << "  " << failure.next_step << '\n';
  return failure.code;
}

Failure usage_failure(const Invocation& invocation, const Speaker& say) {
  const auto near = similar_command(invocation.unknown);
  return {ExitCode::usage, say("unknown command: {}", printable(invocation.unknown)),
          near.empty() ? say("`watchbill help` lists the commands") : say("did you mean {}?", near)};
}

ExitCode run_command(const Invocation& invocation, Context& context) {
  Flags flags;
  const auto command = invocation.command->make();
  declare_all(*command, flags);
  flags.parse(invocation.rest, context.say);
  context.settings = flags.take_settings();
  return command->run(context);
}

ExitCode carry_out(const Invocation& invocation, Context& context) {
  const auto& say = context.say;
  if (invocation.lang && !parse_language(*invocation.lang)) {
    throw Failure(ExitCode::usage, say("there is no text in the language {}", printable(*invocation.lang)),
                  say("en and zh are there"));
  }
  if (!invocation.unknown.empty()) throw usage_failure(invocation, say);
  if (invocation.version) return VersionCommand().run(context);
  if (!invocation.group.empty()) {
    context.around.out << help_group(invocation.group, say);
  } else if (!invocation.command) {
    context.around.out << help_overview(say);
  } else if (invocation.help) {
    context.around.out << help_command(*invocation.command, say);
  } else {
    return run_command(invocation, context);
  }
  return ExitCode::ok;
}

ExitCode run_guarded(const Invocation& invocation, Context& context) {
  const auto& say = context.say;
  try {
    return carry_out(invocation, context);
  } catch (const Failure& failure) {
    return report(failure, context);
  } catch (const store::NotADatabase& error) {
    return report(failure_of(error, say), context);
  } catch (const store::AccessRefused& error) {
    return report(failure_of(error, say), context);
  } catch (const store::MigrationNeeded& error) {
    return report(failure_of(error, say), context);
  } catch (const store::Unavailable& error) {
    return report(failure_of(error, say), context);
  } catch (const std::exception& error) {
    return report({ExitCode::failed, error.what()}, context);
  }
}

}  // namespace

int run(std::vector<std::string> words, Surroundings& around) {
  const auto invocation = sort_words(words);
  const auto asked = invocation.lang ? parse_language(*invocation.lang) : std::nullopt;
  Context context(around, asked.value_or(language_for(around)), invocation.json);
  const auto code = run_guarded(invocation, context);
  around.out.flush();
  return static_cast<int>(code);
}

}  // namespace watchbill::app
