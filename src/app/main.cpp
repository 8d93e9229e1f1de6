// The program `watchbill`: what the system gives to what app/cli/run.h takes.
#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "app/cli/run.h"

extern char** environ;

namespace {

std::map<std::string, std::string, std::less<>> environment() {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=');
    if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

int main(int count, char** words) {
  // One arena per thread is for many threads that allocate at once; ours do not, and each would keep what it
  // freed.
  mallopt(M_ARENA_MAX, 2);
  const watchbill::base::SystemClock clock;
  std::error_code gone;
  watchbill::app::Surroundings around{.in = std::cin,
                                      .out = std::cout,
                                      .err = std::cerr,
                                      .in_is_terminal = isatty(STDIN_FILENO) == 1,
                                      .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                      .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                      .environment = environment(),
                                      .folder = std::filesystem::current_path(gone),
                                      .clock = clock};
  return watchbill::app::run({words + 1, words + count}, around);
}
