// queue stats, pause, resume, retry, clean: the queue on Redis, from the shell.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class QueueStats final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class QueuePause final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class QueueResume final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class QueueRetry final : public Command {
 public:
  ExitCode run(Context& context) override;
};

class QueueClean final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string state_;
  std::optional<std::int64_t> older_than_minutes_;
  bool yes_ = false;
};

}  // namespace watchbill::app
