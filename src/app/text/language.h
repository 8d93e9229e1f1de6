// The two languages of the terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace watchbill::app {

enum class Language { english, chinese };

// From "en", "zh", "zh-CN", or the form of locale names ("zh_CN.UTF-8"); nullopt for anything else.
std::optional<Language> parse_language(std::string_view name);

// What LC_ALL, LC_MESSAGES and LANG ask for, in the order of POSIX: the first that is not empty decides.
// English where they ask for a language that there is no text for.
Language language_of_locale(std::string_view lc_all, std::string_view lc_messages, std::string_view lang);

// "en", "zh-CN": as users' language is stored.
std::string_view to_string(Language language);

}  // namespace watchbill::app
