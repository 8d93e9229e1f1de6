// user add, passwd, list, disable, enable, remove.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class UserAdd final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string email_;
  std::optional<std::string> name_;
  std::optional<std::int64_t> interval_;
  bool admin_ = false;
  bool password_stdin_ = false;
};

class UserPasswd final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  bool password_stdin_ = false;
};

class UserList final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::optional<std::string> search_;
};

class UserDisable final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

class UserEnable final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

class UserRemove final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  bool yes_ = false;
};

}  // namespace watchbill::app
