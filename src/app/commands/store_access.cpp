#include "app/commands/store_access.h"

#include "api/auth/email.h"
#include "app/node/data_folder.h"

namespace watchbill::app {

std::unique_ptr<store::Store> open_store(const Context& context, const Config& config) {
  require_database_file(config, context.say);
  auto store = std::make_unique<store::Store>(store_options(config, context.around.clock));
  store->check_schema();
  return store;
}

std::unique_ptr<store::Store> open_store(const Context& context) {
  return open_store(context, context.config({.database = true}));
}

domain::User find_user(const Context& context, store::Store& store, const std::string& email_or_id) {
  const bool is_email = email_or_id.find('@') != email_or_id.npos;
  auto user =
      is_email ? store.users().find_by_email(api::fold_email(email_or_id)) : store.users().find(email_or_id);
  if (user) return std::move(*user);
  throw Failure(ExitCode::failed, context.say("there is no user {}", email_or_id),
                context.say("`watchbill user list` shows all of them"));
}

std::vector<store::UserWithSchedule> all_users(store::Store& store, const std::string& search) {
  std::vector<store::UserWithSchedule> all;
  std::optional<std::string> cursor;
  do {
    const store::UserQuery query{search, cursor, 500};
    auto page = store.users().list(query, cursor);
    all.insert(all.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
  } while (cursor);
  return all;
}

void log_audit(const Context& context, store::Store& store, std::string action, std::string target,
               Json detail) {
  store::AuditEntry entry;
  entry.actor = "cli";
  entry.action = std::move(action);
  entry.target = std::move(target);
  if (const auto name = context.around.environment.find("USER"); name != context.around.environment.end()) {
    detail["systemUser"] = name->second;
  }
  entry.detail = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  store.users().log_audit(entry);
}

}  // namespace watchbill::app
