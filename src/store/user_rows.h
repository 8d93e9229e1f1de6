// Users as rows.
#pragma once

#include "domain/user.h"
#include "store/database.h"

namespace watchbill::store {

struct UserRow {
  static constexpr const char* kColumns =
      "u.id, u.email, a.name, a.role, a.disabled, a.language, a.theme, a.passwordHash, a.createdAt, "
      "a.updatedAt";
  // A user of another application has no account here: his columns are empty.
  static constexpr const char* kTables = "User u LEFT JOIN UserAccount a ON a.userId = u.id";

  domain::User user;
  std::string role;

  auto columns() {
    auto& u = user;
    return std::tie(u.id, u.email, u.name, role, u.disabled, u.language, u.theme, u.password_hash,
                    u.created_at, u.updated_at);
  }
};

domain::User to_user(UserRow row);

}  // namespace watchbill::store
