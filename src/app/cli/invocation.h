// What was called: the words of the command line, sorted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/command.h"

namespace watchbill::app {

struct Invocation {
  const CommandRow* command = nullptr;
  std::string group;                // "user", where only that was given
  std::string unknown;              // the words that name no command
  std::vector<std::string> rest;    // flags and arguments
  std::optional<std::string> lang;  // --lang
  bool json = false;
  bool help = false;
  bool version = false;
};

// The command is what comes first; flags for every command may stand anywhere before "--".
Invocation sort_words(const std::vector<std::string>& words);

// The command or group that `words` are a slip of; "" when none is near.
std::string similar_command(const std::string& words);

}  // namespace watchbill::app
