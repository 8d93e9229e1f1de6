#include "app/commands/text_input.h"

#include "app/cli/failure.h"
#include "http/utf8.h"

namespace watchbill::app {

namespace {

std::string describe(std::string_view name, const api::TextProblem& problem, const Speaker& say) {
  switch (problem.kind) {
    case api::TextProblem::Kind::too_short:
      if (problem.limit == 1) return say("{} is missing", name);
      return say("{0} must have {1} characters at least", name, problem.limit);
    case api::TextProblem::Kind::too_long:
      return say("{0} must have {1} characters at most", name, problem.limit);
    case api::TextProblem::Kind::too_many_bytes:
      return say("{0} must have {1} bytes at most", name, problem.limit);
    case api::TextProblem::Kind::control_character:
      return say("{} must not hold control characters", name);
    case api::TextProblem::Kind::not_utf8:
      break;
  }
  return say("{} must be UTF-8", name);
}

}  // namespace

std::string checked_text(std::string_view name, std::string_view text, const api::TextRule& rule,
                         const Speaker& say) {
  auto result = api::normalized(text, rule);
  if (const auto problem = api::problem_with(result, rule)) {
    throw Failure(ExitCode::usage, describe(name, *problem, say));
  }
  return result;
}

void require_utf8(std::string_view name, std::string_view text, const Speaker& say) {
  if (!http::is_valid_utf8(text)) throw Failure(ExitCode::usage, say("{} must be UTF-8", name));
}

}  // namespace watchbill::app
