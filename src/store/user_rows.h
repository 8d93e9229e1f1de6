// Users as rows.
#pragma once

#include "domain/user.h"
#include "store/database.h"

namespace watchbill::store {

struct UserRow {
  static constexpr const char* kColumns =
      "u.id, u.email, u.name, u.role, u.disabled, u.language, u.theme, u.passwordHash, u.createdAt, "
      "u.updatedAt";

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
