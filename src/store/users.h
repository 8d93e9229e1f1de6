// Users, their sessions and API tokens. Secrets arrive hashed (base::sha256_hex); the store never sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/schedule.h"
#include "domain/user.h"

namespace watchbill::store {

class Database;

struct NewUser {
  std::string email;  // lower case
  std::string name;
  domain::Role role = domain::Role::user;
  std::string password_hash;
  std::string language;
  int interval_minutes = 5;  // of the schedule that is created with the user, enabled
};

struct UserEdit {  // absent: unchanged
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<domain::Role> role;
  std::optional<bool> disabled;              // true: also ends sessions, disables the schedule
  std::optional<std::string> password_hash;  // also ends every session
  std::optional<std::string> language;
  std::optional<std::string> theme;
};

enum class UserRefusal { unknown_user, email_taken, last_admin };

struct UserWithSchedule {
  domain::User user;
  domain::Schedule schedule;
  std::int64_t monitors = 0;
};

struct UserQuery {
  std::string search;                // part of e-mail or name; empty: all
  std::optional<std::string> after;  // cursor
  std::size_t limit = 50;
};

struct Session {
  std::string token_hash;
  domain::UserId user_id;
  base::Timestamp created_at;
  base::Timestamp expires_at;
  base::Timestamp seen_at;
};

struct ApiToken {
  std::string id;
  domain::UserId user_id;
  std::string name;
  std::string token_hash;
  bool read_only = false;
  base::Timestamp created_at;
  std::optional<base::Timestamp> used_at;
};

struct AuditEntry {
  std::string actor;   // user id, "cli", "cron", "set-up"
  std::string action;  // "user.create", "session.create", …
  std::string target;
  std::string address;
  std::string detail;  // JSON, no secrets
};

struct DispatchEntry {
  std::string source;  // "cron", "ticker"
  std::string mode;    // "dispatch", "direct", "sync"
  std::int64_t claimed = 0;
  std::int64_t remaining = 0;
  base::Millis duration{0};
  std::string error;
};

// Blocking; on the store's thread.
class Users {
 public:
  explicit Users(Database& database) : database_(database) {}

  // The user and his schedule, at the phase that his id gives him. A user of the application that this
  // database belongs to, who has no account yet, gets one under his own id.
  std::variant<domain::User, UserRefusal> create(const NewUser& params);
  std::optional<domain::User> find(const domain::UserId& id);
  std::optional<domain::User> find_by_email(const std::string& email);
  std::variant<domain::User, UserRefusal> edit(const domain::UserId& id, const UserEdit& edit);
  // With everything that is his. last_admin: at least one enabled admin stays.
  std::optional<UserRefusal> remove(const domain::UserId& id);
  std::vector<UserWithSchedule> list(const UserQuery& query, std::optional<std::string>& next_cursor);
  // Without an enabled administrator the set-up is still to be done.
  bool has_admin();

  void add_session(const Session& session);
  std::optional<Session> find_session(const std::string& token_hash);  // expired ones are absent
  void touch_session(const std::string& token_hash, base::Timestamp seen_at, base::Timestamp expires_at);
  void remove_session(const std::string& token_hash);

  void add_token(const ApiToken& token);
  std::vector<ApiToken> tokens(const domain::UserId& user_id);
  std::optional<ApiToken> find_token(const std::string& token_hash);
  void touch_token(const std::string& id, base::Timestamp used_at);
  bool remove_token(const domain::UserId& user_id, const std::string& id);

  void log_audit(const AuditEntry& entry);
  void log_dispatch(const DispatchEntry& entry);

 private:
  Database& database_;
};

}  // namespace watchbill::store
