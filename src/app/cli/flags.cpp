#include "app/cli/flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/cli/failure.h"
#include "app/config/values.h"
#include "app/text/display_width.h"
#include "app/text/nearest.h"

namespace watchbill::app {

namespace {

using Kind = Flags::Declared::Kind;
using Given = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& message, const std::string& next_step = {}) {
  throw Failure(ExitCode::usage, message, next_step);
}

[[noreturn]] void refuse_unknown(const std::string& word, const std::vector<Flags::Declared>& declared,
                                 const Speaker& say) {
  if (!word.starts_with('-')) refuse(say("unexpected argument: {}", printable(word)));
  const auto name = word.substr(0, word.find('='));
  std::vector<std::string_view> names = {"--help", "--json", "--lang"};
  for (const auto& flag : declared) names.push_back(flag.name);
  const auto near = nearest(name, names);
  refuse(say("unknown flag: {}", printable(name)), near ? say("did you mean {}?", *near) : "");
}

void refuse_values_of_plain_flags(const Given& words, const std::vector<Flags::Declared>& declared,
                                  const Speaker& say) {
  for (const auto& word : words) {
    if (word == "--") return;
    for (const auto& flag : declared) {
      if (flag.kind == Kind::flag && word.starts_with(flag.name + '='))
        refuse(say("{} takes no value", flag.name));
    }
  }
}

}  // namespace

void Flags::flag(std::string_view name, bool& variable, Text about) {
  declared_.push_back(
      {Kind::flag, std::string(name), "", about, [&](const Given&, const Speaker&) { variable = true; }});
}

void Flags::value(std::string_view name, std::string_view placeholder, std::optional<std::string>& variable,
                  Text about) {
  declared_.push_back({Kind::value, std::string(name), std::string(placeholder), about,
                       [&](const Given& given, const Speaker&) { variable = given.back(); }});
}

void Flags::values(std::string_view name, std::string_view placeholder, std::vector<std::string>& variable,
                   Text about) {
  declared_.push_back({Kind::values, std::string(name), std::string(placeholder), about,
                       [&](const Given& given, const Speaker&) { variable = given; }});
}

void Flags::number(std::string_view name, std::string_view placeholder, std::optional<std::int64_t>& variable,
                   std::int64_t min, std::int64_t max, Text about) {
  const auto take = [&variable, name = std::string(name), min, max](const Given& given, const Speaker& say) {
    variable = parse_integer(given.back(), min, max);
    if (!variable) refuse(say("{0} must be a whole number from {1} to {2}", name, min, max));
  };
  declared_.push_back({Kind::value, std::string(name), std::string(placeholder), about, take});
}

void Flags::setting(std::string_view name, std::string_view placeholder, std::string_view key, Text about) {
  const auto take = [this, key = std::string(key), name = std::string(name)](const Given& given,
                                                                             const Speaker&) {
    settings_[key] = {given.back(), {Origin::Kind::flag, name}};
  };
  declared_.push_back({Kind::value, std::string(name), std::string(placeholder), about, take});
}

void Flags::argument(std::string_view placeholder, std::string& variable, Text about) {
  declared_.push_back({Kind::argument, std::string(placeholder), std::string(placeholder), about,
                       [&](const Given& given, const Speaker&) { variable = given.front(); }});
}

void Flags::optional_argument(std::string_view placeholder, std::optional<std::string>& variable,
                              Text about) {
  declared_.push_back({Kind::optional_argument, std::string(placeholder), std::string(placeholder), about,
                       [&](const Given& given, const Speaker&) { variable = given.front(); }});
}

void Flags::parse(std::vector<std::string> words, const Speaker& say) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> options;
  std::vector<Given> given(declared_.size());
  std::vector<char> raised(declared_.size());
  for (std::size_t i = 0; i < declared_.size(); ++i) {
    const auto& flag = declared_[i];
    const auto raise = [&raised, i](std::int64_t) { raised[i] = true; };
    auto* option = flag.kind == Kind::flag ? app.add_flag_function(flag.name, raise)
                                           : app.add_option(flag.name, given[i]);
    if (flag.kind != Kind::flag) option->expected(1)->take_all()->allow_extra_args(false);
    options.push_back(option);
  }
  refuse_values_of_plain_flags(words, declared_, say);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    refuse(say("a value is missing after {}", what.substr(0, what.find(':'))));
  } catch (const CLI::ParseError& error) {
    Failure failure(ExitCode::usage, say("the command line cannot be understood"));
    failure.detail = error.what();
    throw failure;
  }
  if (const auto left = app.remaining(); !left.empty()) refuse_unknown(left.front(), declared_, say);
  for (std::size_t i = 0; i < declared_.size(); ++i) {
    if (!given[i].empty() || raised[i]) {
      declared_[i].take(given[i], say);
    } else if (declared_[i].kind == Kind::argument) {
      refuse(say("{} is missing", declared_[i].placeholder));
    }
  }
}

}  // namespace watchbill::app
