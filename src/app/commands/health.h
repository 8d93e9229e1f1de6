// health: asks a running server of this machine.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class HealthCommand final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  bool ready_ = false;
};

}  // namespace watchbill::app
