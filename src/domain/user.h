// Who uses the system.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace watchbill::domain {

using UserId = std::string;

enum class Role { admin, user };

struct User {
  UserId id;
  std::string email;  // unique, lower case
  std::string name;
  Role role = Role::user;
  bool disabled = false;      // cannot sign in; his schedule is not claimed
  std::string language;       // "en", "zh-CN"; empty: the browser's
  std::string theme;          // "light", "dark"; empty: the system's
  std::string password_hash;  // argon2id in libsodium's text form; empty: cannot sign in by password
  base::Timestamp created_at;
  base::Timestamp updated_at;
};

inline std::string_view to_string(Role role) { return role == Role::admin ? "admin" : "user"; }

}  // namespace watchbill::domain
