// migrate deploy, status, resolve: the schema of the database.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class MigrateDeploy final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  bool dry_run_ = false;
};

// Ends with 7 when something is to be done.
class MigrateStatus final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class MigrateResolve final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string name_;
  bool applied_ = false;
  bool rolled_back_ = false;
};

}  // namespace watchbill::app
