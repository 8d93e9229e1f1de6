// A command: one file pair in commands/, one row in commands/table.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "app/cli/context.h"
#include "app/cli/flags.h"

namespace watchbill::app {

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Flags&) {}
  // Throws Failure, or what the store throws; anything else is a defect.
  virtual ExitCode run(Context& context) = 0;
};

struct CommandRow {
  std::string_view path;         // "user add"
  Text about;                    // one line
  std::string_view examples[2];  // what follows "watchbill "
  std::unique_ptr<Command> (*make)();
};

// What `command` declares, and what every command has.
void declare_all(Command& command, Flags& flags);

template <class T>
std::unique_ptr<Command> make_command() {
  return std::make_unique<T>();
}

// All commands, in the order of the help page.
std::span<const CommandRow> commands();

}  // namespace watchbill::app
