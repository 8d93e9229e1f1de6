// Accounts; credentials.cpp has sessions and tokens.
#include "store/users.h"

#include <fmt/format.h>

#include "base/id.h"
#include "store/database.h"
#include "store/retention.h"
#include "store/schedule_rows.h"
#include "store/user_rows.h"

namespace watchbill::store {

using base::Timestamp;
using domain::User;
using domain::UserId;
using Text = std::string;

domain::User to_user(UserRow row) {
  row.user.role = row.role == "admin" ? domain::Role::admin : domain::Role::user;
  return std::move(row.user);
}

namespace {

// `condition` on the alias u, with one parameter.
std::optional<User> find_where(Database& database, const char* condition, const Text& value,
                               const char* lock = "") {
  auto& query = database.query<UserRow, Text>(
      fmt::format("SELECT {} FROM {} WHERE {}{}", UserRow::kColumns, UserRow::kTables, condition, lock));
  auto row = query.first(value);
  if (!row) return std::nullopt;
  return to_user(std::move(*row));
}

std::optional<User> find_user(Database& database, const UserId& id) {
  return find_where(database, "u.id = :id", id);
}

// To be changed: nobody else changes him until the end of the transaction.
std::optional<User> lock_user(Database& database, const UserId& id) {
  return find_where(database, "u.id = :id", id, database.engine().for_update());
}

std::optional<User> find_user_by_email(Database& database, const Text& email) {
  return find_where(database, "u.email = :email", email);
}

void insert_account(Database& database, const User& user) {
  auto& insert = database.command<UserId, Text, Text, bool, Text, Text, Text, Timestamp, Timestamp>(
      "INSERT INTO UserAccount (userId, name, role, disabled, language, theme, passwordHash, createdAt, "
      "updatedAt) "
      "VALUES (:id, :name, :role, :disabled, :language, :theme, :password, :created, :updated)");
  insert(user.id, user.name, Text(to_string(user.role)), user.disabled, user.language, user.theme,
         user.password_hash, user.created_at, user.updated_at);
}

void insert_user(Database& database, const User& user) {
  database.command<UserId, Text>("INSERT INTO User (id, email) VALUES (:id, :email)")(user.id, user.email);
}

bool has_account(Database& database, const UserId& id) {
  auto& count = database.query<std::int64_t, UserId>("SELECT count(*) FROM UserAccount WHERE userId = :id");
  return count.value(id) > 0;
}

void update_row(Database& database, const User& user) {
  auto& update = database.command<Text, Text, bool, Text, Text, Text, Timestamp, UserId>(
      "UPDATE UserAccount SET name = :name, role = :role, disabled = :disabled, language = :language, "
      "theme = :theme, passwordHash = :password, updatedAt = :now WHERE userId = :id");
  const bool has_account = update(user.name, Text(to_string(user.role)), user.disabled, user.language,
                                  user.theme, user.password_hash, user.updated_at, user.id) == 1;
  if (!has_account) insert_account(database, user);
}

void update_email(Database& database, const UserId& id, const Text& email) {
  database.command<Text, UserId>("UPDATE User SET email = :email WHERE id = :id")(email, id);
}

bool is_active_admin(const User& user) { return user.role == domain::Role::admin && !user.disabled; }

bool is_last_admin(Database& database, const User& user) {
  if (!is_active_admin(user)) return false;
  return database
             .query<std::int64_t, UserId>(
                 fmt::format("SELECT count(*) FROM UserAccount WHERE role = 'admin' AND disabled = 0 AND "
                             "userId <> :id{}",
                             database.engine().for_update()))
             .value(user.id) == 0;
}

User apply(const UserEdit& edit, User user) {
  user.email = edit.email.value_or(user.email);
  user.name = edit.name.value_or(user.name);
  user.role = edit.role.value_or(user.role);
  user.disabled = edit.disabled.value_or(user.disabled);
  user.password_hash = edit.password_hash.value_or(user.password_hash);
  user.language = edit.language.value_or(user.language);
  user.theme = edit.theme.value_or(user.theme);
  return user;
}

void end_sessions(Database& database, const UserId& user_id) {
  database.command<UserId>("DELETE FROM UserSession WHERE userId = :user")(user_id);
}

void disable_schedule(Database& database, const UserId& user_id, Timestamp now) {
  database.command<Timestamp, UserId>(
      "UPDATE UserMonitorSchedule SET enabled = 0, updatedAt = :now WHERE userId = :user")(now, user_id);
}

struct UserWithScheduleRow {
  UserRow user;
  ScheduleRow schedule;
  std::int64_t monitors = 0;

  auto columns() { return std::tuple_cat(user.columns(), schedule.columns(), std::tie(monitors)); }
};

// `text` anywhere, wildcards taken literally.
Text contains(const Text& text) {
  Text pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

std::variant<User, UserRefusal> Users::create(const NewUser& params) {
  return database_.write([&]() -> std::variant<User, UserRefusal> {
    // A user of the application that this database belongs to has no account yet: he gets one.
    const auto known = find_user_by_email(database_, params.email);
    if (known && has_account(database_, known->id)) return UserRefusal::email_taken;
    const auto now = database_.now();
    User user{.id = known ? known->id : base::new_id(),
              .email = params.email,
              .name = params.name,
              .role = params.role,
              .language = params.language,
              .password_hash = params.password_hash,
              .created_at = now,
              .updated_at = now};
    if (!known) insert_user(database_, user);
    insert_account(database_, user);
    insert_schedule(database_, user.id, true, params.interval_minutes);
    return user;
  });
}

std::optional<User> Users::find(const UserId& id) { return find_user(database_, id); }

std::optional<User> Users::find_by_email(const Text& email) { return find_user_by_email(database_, email); }

std::variant<User, UserRefusal> Users::edit(const UserId& id, const UserEdit& edit) {
  return database_.write([&]() -> std::variant<User, UserRefusal> {
    const auto before = lock_user(database_, id);
    if (!before) return UserRefusal::unknown_user;
    auto user = apply(edit, *before);
    const auto owner = find_user_by_email(database_, user.email);
    if (owner && owner->id != id) return UserRefusal::email_taken;
    if (!is_active_admin(user) && is_last_admin(database_, *before)) return UserRefusal::last_admin;
    user.updated_at = database_.now();
    update_row(database_, user);
    if (user.email != before->email) update_email(database_, id, user.email);
    if (edit.disabled == true || edit.password_hash) end_sessions(database_, id);
    if (edit.disabled == true) disable_schedule(database_, id, user.updated_at);
    return user;
  });
}

std::optional<UserRefusal> Users::remove(const UserId& id) {
  return database_.write([&]() -> std::optional<UserRefusal> {
    const auto user = lock_user(database_, id);
    if (!user) return UserRefusal::unknown_user;
    if (is_last_admin(database_, *user)) return UserRefusal::last_admin;
    // Rows that refer to him go with him; his history, which may be long, goes batch by batch.
    leave_history_to_retention(database_, id, "");
    database_.command<UserId>("DELETE FROM User WHERE id = :id")(id);
    return std::nullopt;
  });
}

std::vector<UserWithSchedule> Users::list(const UserQuery& query, std::optional<Text>& next_cursor) {
  auto& select = database_.query<UserWithScheduleRow, Text, Text, std::int64_t>(
      fmt::format("SELECT {}, {}, (SELECT count(*) FROM UserMonitor m WHERE m.userId = u.id) FROM {} "
                  "LEFT JOIN UserMonitorSchedule s ON s.userId = u.id WHERE u.email > :after "
                  "AND (u.email LIKE :pattern ESCAPE '!' OR a.name LIKE :pattern ESCAPE '!') "
                  "ORDER BY u.email LIMIT :limit",
                  UserRow::kColumns, ScheduleRow::kColumns, UserRow::kTables));
  // One more than asked for tells whether there is a next page.
  auto rows = select.all(query.after.value_or(""), contains(query.search),
                         static_cast<std::int64_t>(query.limit) + 1);
  next_cursor.reset();
  if (rows.size() > query.limit) {
    rows.pop_back();
    if (!rows.empty()) next_cursor = rows.back().user.user.email;
  }
  std::vector<UserWithSchedule> users;
  for (auto& row : rows) {
    auto& schedule = row.schedule.schedule;
    // Users of the application that this database belongs to may have none.
    if (schedule.id.empty()) schedule.interval_minutes = database_.default_interval_minutes();
    users.push_back({to_user(std::move(row.user)), std::move(schedule), row.monitors});
  }
  return users;
}

bool Users::has_admin() {
  return database_
             .query<std::int64_t>("SELECT count(*) FROM UserAccount WHERE role = 'admin' AND disabled = 0")
             .value() > 0;
}

}  // namespace watchbill::store
