// config check, config show: what is configured, from where, and whether it is right.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class ConfigCheck final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class ConfigShow final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  bool origin_ = false;
};

}  // namespace watchbill::app
