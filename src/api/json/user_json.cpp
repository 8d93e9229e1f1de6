#include "api/json/user_json.h"

#include "api/json/schedule_json.h"
#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

json me_json(const domain::User& user) {
  return {{"id", user.id},
          {"email", user.email},
          {"name", user.name},
          {"role", domain::to_string(user.role)},
          {"language", text_or_null(user.language)},
          {"theme", user.theme.empty() ? "system" : user.theme},
          {"createdAt", time_json(user.created_at)}};
}

json session_json(const domain::User& user, const std::optional<base::Timestamp>& expires_at) {
  return {{"user", me_json(user)}, {"expiresAt", time_json(expires_at)}, {"setupNeeded", false}};
}

json user_json(const store::UserWithSchedule& entry, base::Timestamp now) {
  const auto& user = entry.user;
  return {{"id", user.id},
          {"email", user.email},
          {"name", user.name},
          {"role", domain::to_string(user.role)},
          {"disabled", user.disabled},
          {"createdAt", time_json(user.created_at)},
          {"monitorCount", entry.monitors},
          {"schedule", schedule_json(entry.schedule, now)}};
}

std::optional<std::string> read_language(ObjectReader& reader) {
  return reader.choice_or_null("language", {"en", "zh-CN"});
}

std::optional<std::string> read_theme(ObjectReader& reader) {
  auto theme = reader.choice("theme", {"system", "light", "dark"});
  if (theme == "system") theme = "";
  return theme;
}

}  // namespace watchbill::api
