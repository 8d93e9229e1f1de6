// up, web, worker: processes that run until a signal ends them.
#pragma once

#include "app/cli/command.h"
#include "app/node/role.h"

namespace watchbill::app {

template <Role role>
class ServeCommand final : public Command {
 public:
  void declare(Flags& flags) override;
  // 0 after a graceful stop. A second signal ends the process at once with 130.
  ExitCode run(Context& context) override;

 private:
  bool demo_ = false;
};

using UpCommand = ServeCommand<Role::all>;
using WebCommand = ServeCommand<Role::web>;
using WorkerCommand = ServeCommand<Role::worker>;

}  // namespace watchbill::app
