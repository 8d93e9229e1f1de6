// Me, SessionState and User of openapi.yaml, and the rules for the fields that several bodies, and the
// commands, share.
#pragma once

#include <nlohmann/json.hpp>

#include "api/auth/identity.h"
#include "api/json/object_reader.h"
#include "store/users.h"

namespace watchbill::api {

inline constexpr TextRule kPersonName{.max_chars = 100, .trim = true};
// Spaces at its ends belong to a password.
inline constexpr TextRule kNewPassword{.min_chars = 10, .max_chars = 1024, .max_bytes = 1024};
inline constexpr TextRule kTypedPassword{.min_chars = 1, .max_chars = 1024, .max_bytes = 1024};
inline constexpr TextRule kMonitorName{.min_chars = 1, .max_chars = 100, .trim = true};
inline constexpr int kMostResultsInARow = 10;  // before a monitor counts as down, or up

nlohmann::json me_json(const domain::User& user);
// `expires_at`: of a session; none for a token.
nlohmann::json session_json(const domain::User& user, const std::optional<base::Timestamp>& expires_at);
nlohmann::json user_json(const store::UserWithSchedule& user, base::Timestamp now);

// "language" and "theme" between their form in the API (null, "system") and in the store ("").
std::optional<std::string> read_language(ObjectReader& reader);
std::optional<std::string> read_theme(ObjectReader& reader);

}  // namespace watchbill::api
