// Help pages.
#pragma once

#include <string>
#include <string_view>

#include "app/cli/command.h"

namespace watchbill::app {

// Every command with its line.
std::string help_overview(const Speaker& say);

// The commands of a group: "user".
std::string help_group(std::string_view group, const Speaker& say);

// One command: its line, usage, flags, two examples.
std::string help_command(const CommandRow& row, const Speaker& say);

// Every configuration key with default, what is allowed and what it is for.
std::string help_configuration(const Speaker& say);

std::string help_exit_codes(const Speaker& say);

}  // namespace watchbill::app
