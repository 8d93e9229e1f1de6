// version: which build this is.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class VersionCommand final : public Command {
 public:
  ExitCode run(Context& context) override;
};

// "0.1.0"
std::string_view version();

}  // namespace watchbill::app
