// help: pages about commands and topics.
#pragma once

#include "app/cli/command.h"

namespace watchbill::app {

class HelpCommand final : public Command {
 public:
  void declare(Flags& flags) override;
  ExitCode run(Context& context) override;

 private:
  std::optional<std::string> topic_;
  std::optional<std::string> second_word_;
};

}  // namespace watchbill::app
