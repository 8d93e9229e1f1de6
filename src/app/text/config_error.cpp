#include "app/text/config_error.h"

namespace watchbill::app {

std::string describe(const domain::ConfigError& error, const Speaker& say) {
  // The probes' own sentences are English, and name the limits.
  if (say.language() == Language::english) return error.message;
  if (error.code == "required") return say("is missing");
  if (error.code == "unknown_field") return say("there is no such field");
  if (error.code == "type") return say("has the wrong type ({})", error.message);
  if (error.code == "range") return say("is out of range ({})", error.message);
  if (error.code == "format") return say("has the wrong form ({})", error.message);
  if (error.code == "target_not_allowed") return say("must not be checked from here ({})", error.message);
  return error.message;
}

}  // namespace watchbill::app
