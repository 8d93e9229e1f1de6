#include "app/cli/problem_text.h"

#include "app/text/display_width.h"

namespace watchbill::app {

std::string describe(const Problem& problem, const Speaker& say) {
  std::string first = problem.key;
  if (!problem.value.empty()) first += "=" + problem.value;
  if (!problem.origin.empty()) first += fmt::format("{}({})", first.empty() ? "" : "  ", problem.origin);
  std::string second = problem.message;
  if (!problem.allowed.empty()) second += say("; allowed: {}", problem.allowed);
  if (!problem.fatal) second += say(" (a note only)");
  return fmt::format("  {}\n      {}\n", printable(first), printable(second));
}

nlohmann::json to_json(const Problem& problem) {
  return {{"key", problem.key},         {"origin", problem.origin},   {"value", problem.value},
          {"message", problem.message}, {"allowed", problem.allowed}, {"fatal", problem.fatal}};
}

}  // namespace watchbill::app
