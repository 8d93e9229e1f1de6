#include "app/commands/password.h"

#include "api/auth/passwords.h"
#include "api/json/user_json.h"
#include "app/commands/text_input.h"
#include "base/id.h"

namespace watchbill::app {

namespace {

std::string read_password(const Context& context) {
  const auto& say = context.say;
  auto password = context.read_secret(say("Password: "));
  if (context.around.in_is_terminal && context.read_secret(say("Once more: ")) != password) {
    throw Failure(ExitCode::usage, say("the two differ"));
  }
  return checked_text(say("the password"), password, api::kNewPassword, say);
}

}  // namespace

std::string generate_password() { return base::new_id(); }

ChosenPassword choose_password(const Context& context, bool from_stdin) {
  if (from_stdin) return {api::hash_password(read_password(context)), ""};
  auto generated = generate_password();
  return {api::hash_password(generated), generated};
}

}  // namespace watchbill::app
