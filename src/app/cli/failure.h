// How a command says that it failed.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "app/cli/exit_code.h"
#include "app/config/layers.h"

namespace watchbill::app {

// Thrown by commands, printed by run(): one sentence, and what to do next. Both in the reader's language.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message, std::string next_step = {})
      : std::runtime_error(message), code(code), next_step(std::move(next_step)) {}

  ExitCode code;
  std::string next_step;          // may be empty
  std::string detail;             // the cause in a library's or the system's own words; may be empty
  std::vector<Problem> problems;  // of the configuration
};

}  // namespace watchbill::app
