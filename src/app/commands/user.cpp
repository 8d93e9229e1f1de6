#include "app/commands/user.h"

#include <ostream>

#include "api/auth/email.h"
#include "api/json/user_json.h"
#include "app/commands/password.h"
#include "app/commands/store_access.h"
#include "app/commands/text_input.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr std::string_view kUserArgument = "USER";

[[noreturn]] void refuse(store::UserRefusal refusal, const std::string& user, const Speaker& say) {
  switch (refusal) {
    case store::UserRefusal::unknown_user:
      throw Failure(ExitCode::failed, say("there is no user {}", user));
    case store::UserRefusal::email_taken:
      throw Failure(ExitCode::failed, say("there is a user {} already", user),
                    say("`watchbill user passwd {}` sets a new password", user));
    case store::UserRefusal::last_admin:
      break;
  }
  throw Failure(ExitCode::failed, say("{} is the last administrator", user),
                say("make another one first: watchbill user add EMAIL --admin"));
}

domain::User expect_user(std::variant<domain::User, store::UserRefusal> result, const std::string& user,
                         const Speaker& say) {
  if (const auto* refusal = std::get_if<store::UserRefusal>(&result)) refuse(*refusal, user, say);
  return std::get<domain::User>(std::move(result));
}

std::string checked_email(const Context& context, const std::string& text) {
  const auto email = api::fold_email(checked_text("EMAIL", text, api::kEmailLookup, context.say));
  if (api::plausible_email(email)) return email;
  throw Failure(ExitCode::usage, context.say("{} is no e-mail address", text));
}

void print_user(const Context& context, const domain::User& user, const std::string& message,
                const std::string& generated) {
  if (context.json) {
    Json result = {{"user", api::me_json(user)}};
    result["user"]["disabled"] = user.disabled;
    if (!generated.empty()) result["password"] = generated;
    context.print(result);
    return;
  }
  context.print(message);
  if (generated.empty()) return;
  context.print("  " + context.say("password: {}", generated));
  context.print("  " + context.say("It is stored nowhere in clear; this is the only time that it is shown."));
}

ExitCode set_disabled(const Context& context, const std::string& who, bool disabled) {
  const auto store = open_store(context);
  const auto user = find_user(context, *store, who);
  store::UserEdit edit;
  edit.disabled = disabled;
  const auto changed = expect_user(store->users().edit(user.id, edit), user.email, context.say);
  log_audit(context, *store, "user.update", user.id, {{"disabled", disabled}});
  print_user(context, changed,
             disabled ? context.say("{} is disabled: signed out everywhere, no rounds", user.email)
                      : context.say("{0} is enabled; rounds start with `watchbill schedule set {0} --enable`",
                                    user.email),
             "");
  return ExitCode::ok;
}

}  // namespace

void UserAdd::declare(Flags& flags) {
  flags.argument("EMAIL", email_, "e-mail address, used to sign in");
  flags.value("--name", "NAME", name_, "shown on the page, 100 characters at most");
  flags.flag("--admin", admin_, "may administer users");
  flags.number("--interval", "MINUTES", interval_, domain::kMinIntervalMinutes, domain::kMaxIntervalMinutes,
               "interval, 1 to 1440; else DEFAULT_INTERVAL_MINUTES");
  flags.flag("--password-stdin", password_stdin_,
             "read the password from standard input; else one is generated");
}

ExitCode UserAdd::run(Context& context) {
  const auto config = context.config({.database = true});
  store::NewUser params;
  params.email = checked_email(context, email_);
  params.name = checked_text("--name", name_.value_or(""), api::kPersonName, context.say);
  params.role = admin_ ? domain::Role::admin : domain::Role::user;
  params.interval_minutes = static_cast<int>(interval_.value_or(config.default_interval_minutes));
  const auto store = open_store(context, config);
  const auto password = choose_password(context, password_stdin_);
  params.password_hash = password.hash;
  const auto user = expect_user(store->users().create(params), params.email, context.say);
  log_audit(context, *store, "user.create", user.id);
  print_user(context, user, context.say("{} can sign in now", user.email), password.generated);
  return ExitCode::ok;
}

void UserPasswd::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
  flags.flag("--password-stdin", password_stdin_,
             "read the password from standard input; else one is generated");
}

ExitCode UserPasswd::run(Context& context) {
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  const auto password = choose_password(context, password_stdin_);
  store::UserEdit edit;
  edit.password_hash = password.hash;
  const auto changed = expect_user(store->users().edit(user.id, edit), user.email, context.say);
  log_audit(context, *store, "user.password", user.id);
  print_user(context, changed, context.say("{} has a new password and is signed out everywhere", user.email),
             password.generated);
  return ExitCode::ok;
}

void UserList::declare(Flags& flags) {
  flags.value("--search", "TEXT", search_, "part of e-mail address or name");
}

ExitCode UserList::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto now = store->schedules().now();
  auto list = Json::array();
  Table table(
      {say("ID"), say("EMAIL"), say("NAME"), say("ROLE"), say("STATE"), say("INTERVAL"), say("MONITORS")});
  for (const auto& entry : all_users(*store, search_.value_or(""))) {
    list.push_back(api::user_json(entry, now));
    table.add({entry.user.id, entry.user.email, entry.user.name,
               entry.user.role == domain::Role::admin ? say("admin") : say("user"),
               entry.user.disabled ? say("disabled") : say("enabled"),
               say("{} min", entry.schedule.interval_minutes), std::to_string(entry.monitors)});
  }
  if (context.json) {
    context.print(Json{{"items", std::move(list)}});
  } else {
    context.around.out << (table.empty()
                               ? (search_ ? say("No user matches.") : say("There are no users yet.")) + "\n"
                               : table.text());
  }
  return ExitCode::ok;
}

void UserDisable::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode UserDisable::run(Context& context) { return set_disabled(context, user_, true); }

void UserEnable::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode UserEnable::run(Context& context) { return set_disabled(context, user_, false); }

void UserRemove::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
  flags.flag("--yes", yes_, "do not ask");
}

ExitCode UserRemove::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  if (!yes_ && !context.confirm(say("Remove {} with all monitors and their history?", user.email), "--yes")) {
    throw Failure(ExitCode::failed, say("nothing was removed"));
  }
  if (const auto refusal = store->users().remove(user.id)) refuse(*refusal, user.email, say);
  log_audit(context, *store, "user.delete", user.id);
  print_user(context, user, say("{} is removed", user.email), "");
  return ExitCode::ok;
}

}  // namespace watchbill::app
