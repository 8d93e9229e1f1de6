// What the program finds around it; tests bring their own.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>

#include "base/time.h"

namespace watchbill::app {

struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::map<std::string, std::string, std::less<>> environment;
  std::filesystem::path folder;  // the working directory
  const base::Clock& clock;
};

}  // namespace watchbill::app
