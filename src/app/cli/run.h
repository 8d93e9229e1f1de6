// The program: from words to an exit code.
#pragma once

#include <string>
#include <vector>

#include "app/cli/surroundings.h"

namespace watchbill::app {

// `words`: without the program's name. Never throws: the one place where failures become text and exit codes.
int run(std::vector<std::string> words, Surroundings& around);

}  // namespace watchbill::app
