// The password of a new or changed account.
#pragma once

#include <string>

#include "app/cli/context.h"

namespace watchbill::app {

struct ChosenPassword {
  std::string hash;
  std::string generated;  // to be shown once; empty when it was entered
};

// Generates one, or reads it from standard input: the first line, or on a terminal asked for twice. Throws
// Failure (usage) where it is too short or long or the two differ.
ChosenPassword choose_password(const Context& context, bool from_stdin);

// 26 letters and digits that are easy to type: 128 random bits.
std::string generate_password();

}  // namespace watchbill::app
