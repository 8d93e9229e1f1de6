#include "app/cli/context.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "app/text/display_width.h"

namespace watchbill::app {

namespace {

// Typed characters are not shown while it lives.
class NoEcho {
 public:
  NoEcho() {
    valid_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (valid_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() {
    if (valid_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool valid_ = false;
};

}  // namespace

LoadedConfig Context::load(Needs needs) const {
  return load_config({settings, around.environment, around.folder}, needs, say);
}

LoadedConfig Context::load_valid(Needs needs) const {
  auto loaded = load(needs);
  if (loaded.valid()) return loaded;
  Failure failure(ExitCode::config_invalid, say("the configuration is invalid"),
                  say("`watchbill help configuration` lists every key"));
  failure.problems = std::move(loaded.problems);
  throw failure;
}

void Context::print(const std::string& line) const { around.out << printable(line) << '\n'; }

void Context::print(const Json& value) const {
  around.out << value.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::string Context::read_secret(const std::string& prompt) const {
  std::string line;
  if (around.in_is_terminal) {
    const NoEcho silent;
    around.err << prompt << std::flush;
    std::getline(around.in, line);
    around.err << '\n';
  } else {
    std::getline(around.in, line);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) throw Failure(ExitCode::usage, say("nothing was entered"));
  return line;
}

bool Context::confirm(const std::string& question, const std::string& flag) const {
  if (!around.in_is_terminal) {
    throw Failure(ExitCode::usage, say("this cannot be undone"), say("repeat the command with {}", flag));
  }
  around.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(around.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace watchbill::app
