#include "app/commands/help.h"

#include <ostream>

#include "app/cli/help.h"
#include "app/cli/invocation.h"

namespace watchbill::app {

void HelpCommand::declare(Flags& flags) {
  flags.optional_argument("COMMAND", topic_, "a command, `configuration` or `exit-codes`");
  flags.optional_argument("WORD", second_word_, "the second word of a command");
}

ExitCode HelpCommand::run(Context& context) {
  const auto& say = context.say;
  const auto page = [&]() -> std::string {
    if (!topic_) return help_overview(say);
    if (*topic_ == "exit-codes") return help_exit_codes(say);
    if (*topic_ == "configuration") return help_configuration(say);
    std::vector<std::string> words = {*topic_};
    if (second_word_) words.push_back(*second_word_);
    const auto named = sort_words(words);
    if (named.command) return help_command(*named.command, say);
    if (!named.group.empty()) return help_group(named.group, say);
    const auto near = similar_command(named.unknown);
    throw Failure(ExitCode::usage, say("there is no help about {}", named.unknown),
                  near.empty() ? say("`watchbill help` lists the commands") : say("did you mean {}?", near));
  }();
  if (context.json) {
    context.print(Json{{"text", page}});
  } else {
    context.around.out << page;
  }
  return ExitCode::ok;
}

}  // namespace watchbill::app
