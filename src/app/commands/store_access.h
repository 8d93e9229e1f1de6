// How commands other than `up` reach the store: directly, on their own thread.
#pragma once

#include <memory>
#include <string>

#include "app/cli/context.h"
#include "store/store.h"

namespace watchbill::app {

// The store of a configuration whose schema is this program's. Throws Failure, or what the store throws; a
// database that does not exist yet is not created.
std::unique_ptr<store::Store> open_store(const Context& context, const Config& config);
std::unique_ptr<store::Store> open_store(const Context& context);

// By e-mail address or id. Throws Failure when there is none.
domain::User find_user(const Context& context, store::Store& store, const std::string& email_or_id);

// Everybody whose e-mail address or name holds `search`.
std::vector<store::UserWithSchedule> all_users(store::Store& store, const std::string& search);

// Writes who did what into the audit log: "cli", with the name of the system's user added to `detail`.
void log_audit(const Context& context, store::Store& store, std::string action, std::string target,
               Json detail = Json::object());

}  // namespace watchbill::app
