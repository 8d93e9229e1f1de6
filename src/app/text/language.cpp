#include "app/text/language.h"

namespace watchbill::app {

std::optional<Language> parse_language(std::string_view name) {
  const auto primary = name.substr(0, name.find_first_of("-_.@"));
  if (primary == "en") return Language::english;
  if (primary == "zh") return Language::chinese;
  return std::nullopt;
}

Language language_of_locale(std::string_view lc_all, std::string_view lc_messages, std::string_view lang) {
  for (const auto name : {lc_all, lc_messages, lang}) {
    if (!name.empty()) return parse_language(name).value_or(Language::english);
  }
  return Language::english;
}

std::string_view to_string(Language language) { return language == Language::chinese ? "zh-CN" : "en"; }

}  // namespace watchbill::app
