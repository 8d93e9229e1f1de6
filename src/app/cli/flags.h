// The flags and arguments of one command: declared once, for parsing and for the help page.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/layers.h"
#include "app/text/text.h"

namespace watchbill::app {

class Flags {
 public:
  // Variables must outlive parse(); what is not given leaves them as they are.
  void flag(std::string_view name, bool& variable, Text about);
  void value(std::string_view name, std::string_view placeholder, std::optional<std::string>& variable,
             Text about);
  void values(std::string_view name, std::string_view placeholder, std::vector<std::string>& variable,
              Text about);
  void number(std::string_view name, std::string_view placeholder, std::optional<std::int64_t>& variable,
              std::int64_t min, std::int64_t max, Text about);
  // Sets a configuration key for this call.
  void setting(std::string_view name, std::string_view placeholder, std::string_view key, Text about);
  // Without a name, in the order of declaration.
  void argument(std::string_view placeholder, std::string& variable, Text about);
  void optional_argument(std::string_view placeholder, std::optional<std::string>& variable, Text about);

  // Throws Failure (usage) for everything that was not declared or is missing.
  void parse(std::vector<std::string> words, const Speaker& say);

  // What setting() flags were given, by key.
  std::map<std::string, Setting, std::less<>> take_settings() { return std::move(settings_); }

  struct Declared {
    enum class Kind { flag, value, values, argument, optional_argument };
    Kind kind;
    std::string name;  // "--email"; of an argument its placeholder
    std::string placeholder;
    Text about;
    std::function<void(const std::vector<std::string>& given, const Speaker&)> take;
  };
  const std::vector<Declared>& declared() const { return declared_; }

 private:
  std::vector<Declared> declared_;
  std::map<std::string, Setting, std::less<>> settings_;
};

}  // namespace watchbill::app
