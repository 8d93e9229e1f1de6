// What the shell is told.
#pragma once

#include <span>
#include <string_view>

#include "app/text/text.h"

namespace watchbill::app {

// The numbers are a promise to scripts: they never change their meaning.
enum class ExitCode {
  ok = 0,
  failed = 1,
  usage = 2,
  config_invalid = 5,
  dependency_down = 6,
  migration_needed = 7,
  not_a_database = 8,
  interrupted = 130,
};

struct ExitCodeRow {
  ExitCode code;
  std::string_view name;  // "code" of errors printed as JSON
  Text about;
};

std::span<const ExitCodeRow> exit_codes();
std::string_view name_of(ExitCode code);

}  // namespace watchbill::app
