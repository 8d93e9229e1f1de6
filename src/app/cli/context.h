// What every command works with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/failure.h"
#include "app/cli/surroundings.h"
#include "app/config/load.h"
#include "app/text/text.h"

namespace watchbill::app {

using Json = nlohmann::json;

class Context {
 public:
  Context(Surroundings& around, Language language, bool json) : around(around), say(language), json(json) {}

  // The configuration, with the flags that were given, valid or not.
  LoadedConfig load(Needs needs) const;
  // The same; what problems it has are notes. Throws Failure (config_invalid) with every problem.
  LoadedConfig load_valid(Needs needs) const;
  Config config(Needs needs) const { return load_valid(needs).config; }

  // One line on standard output, made printable().
  void print(const std::string& line) const;
  // The value as it is for --json.
  void print(const Json& value) const;

  // One line from standard input, without its end. On a terminal it is asked for with `prompt` and not shown
  // while it is typed. Throws Failure when there is none.
  std::string read_secret(const std::string& prompt) const;
  // Asks for a plain yes on a terminal; elsewhere nobody can answer: throws Failure (usage).
  bool confirm(const std::string& question, const std::string& flag) const;

  Surroundings& around;
  const Speaker say;
  const bool json;
  std::map<std::string, Setting, std::less<>> settings;  // given by flags, by key
};

}  // namespace watchbill::app
