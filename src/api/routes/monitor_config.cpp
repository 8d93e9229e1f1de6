#include "api/routes/monitor_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace watchbill::api {

namespace {

// "/headers/0/name" -> "config.headers.0.name"
std::string path_below_config(std::string_view pointer) {
  std::string path = "config";
  path += pointer;
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

// "must be a text" -> "Must be a text."
std::string as_sentence(std::string text) {
  if (text.empty()) return text;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (!text.ends_with('.')) text += '.';
  return text;
}

}  // namespace

std::string read_kind(const Context& context, ObjectReader& reader) {
  const auto kind = reader.required_text("kind", {});
  if (kind.empty()) return "";
  std::vector<std::string> known;
  for (const auto& entry : context.kinds.describe()) known.push_back(entry.at("kind"));
  if (std::find(known.begin(), known.end(), kind) != known.end()) return kind;
  reader.add_error("kind", "not_allowed", fmt::format("Must be one of {}.", fmt::join(known, ", ")));
  return "";
}

base::Task<nlohmann::json> check_config(Context& context, const Call& call, ObjectReader& reader,
                                        std::string kind, nlohmann::json config) {
  if (kind.empty()) co_return config;
  const TestSlots::Slot slot(context.check_slots, call.user_id());
  const auto errors = co_await context.kinds.check_config(kind, config);
  for (const auto& error : errors)
    reader.add_error(path_below_config(error.path), error.code, as_sentence(error.message));
  co_return config;
}

}  // namespace watchbill::api
