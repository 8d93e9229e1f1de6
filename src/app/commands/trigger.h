// trigger: what cron runs. Posts to the dispatcher of a running server.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

// How long the answer of a call is waited for.
base::Millis trigger_deadline(const Config& config, bool sync, bool direct);

class TriggerCommand final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  bool direct() const { return user_ || email_; }
  std::string body() const;
  ExitCode call_until_done(const Context& context, const Config& config) const;

  bool sync_ = false;
  bool drain_ = false;
  std::optional<std::string> user_;
  std::optional<std::string> email_;
};

}  // namespace watchbill::app
