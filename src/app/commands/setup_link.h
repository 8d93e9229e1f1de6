// setup-link: shows the link by which the first administrator is made.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class SetupLinkCommand final : public Command {
 public:
  ExitCode run(Context& context) override;
};

}  // namespace watchbill::app
