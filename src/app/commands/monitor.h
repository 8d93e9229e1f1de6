// monitor list, add, test, pause, resume, remove.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class MonitorList final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
};

// What is to be watched, from --kind, --set and --config.
class MonitorTarget {
 public:
  void declare(Flags& flags);
  bool given() const { return kind_ || config_text_ || !fields_.empty(); }
  std::string kind() const { return kind_.value_or("http"); }
  // Throws Failure (usage) where the flags make no object.
  nlohmann::json config(const Speaker& say) const;

 private:
  std::optional<std::string> kind_;
  std::optional<std::string> config_text_;
  std::vector<std::string> fields_;
};

class MonitorAdd final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  std::optional<std::string> name_;
  MonitorTarget target_;
  std::optional<std::int64_t> failures_;
  std::optional<std::int64_t> successes_;
  bool paused_ = false;
};

// Ends with 0 when the target is up, else with 1.
class MonitorTest final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::optional<std::string> user_;
  std::optional<std::string> monitor_;
  MonitorTarget target_;
};

class MonitorPause final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  std::string monitor_;
};

class MonitorResume final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  std::string monitor_;
};

class MonitorRemove final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::string user_;
  std::string monitor_;
  bool yes_ = false;
};

}  // namespace watchbill::app
