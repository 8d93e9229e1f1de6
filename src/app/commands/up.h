// up: everything in one process, until a signal ends it.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class UpCommand final : public Command {
 public:
  void declare(Flags& flags) override;
  // 0 after a graceful stop. A second signal ends the process at once with 130.
  ExitCode run(Context& context) override;

 private:
  bool demo_ = false;
};

}  // namespace watchbill::app
