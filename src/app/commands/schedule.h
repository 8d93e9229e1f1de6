// schedule list, show, set, run, explain.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class ScheduleList final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::optional<std::string> search_;
};

class ScheduleShow final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

class ScheduleSet final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  std::optional<std::int64_t> interval_;
  bool enable_ = false;
  bool disable_ = false;
};

class ScheduleRun final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

class ScheduleExplain final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

}  // namespace watchbill::app
