#include "app/cli/help.h"

#include "app/config/keys.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr std::size_t kIndent = 2;

std::string usage(const CommandRow& row, const Flags& flags) {
  std::string line = fmt::format("watchbill {}", row.path);
  bool has_flags = false;
  for (const auto& flag : flags.declared()) {
    using Kind = Flags::Declared::Kind;
    if (flag.kind == Kind::argument) line += " " + flag.placeholder;
    if (flag.kind == Kind::optional_argument) line += " [" + flag.placeholder + "]";
    has_flags |= flag.name.starts_with('-');
  }
  return has_flags ? line + " [--…]" : line;
}

std::string flag_cell(const Flags::Declared& flag) {
  return flag.name.starts_with('-') && !flag.placeholder.empty() ? flag.name + " " + flag.placeholder
                                                                 : flag.name;
}

void add_global_flags(Table& table, const Speaker& say) {
  table.add({"--json", say("print JSON")});
  table.add({"--lang LANGUAGE", say("en or zh; else as LANG says")});
  table.add({"--help", say("show this page")});
}

}  // namespace

std::string help_overview(const Speaker& say) {
  std::string page = say("watchbill: every user's monitors, checked at every user's own interval") + "\n\n";
  page += say("Commands:") + "\n";
  Table table;
  for (const auto& row : commands()) table.add({std::string(row.path), say(row.about)});
  page += table.text(kIndent) + "\n";
  page += say("For every command:") + "\n";
  Table flags;
  add_global_flags(flags, say);
  page += flags.text(kIndent) + "\n";
  page += say("More: watchbill help COMMAND, watchbill help configuration, watchbill help exit-codes") + "\n";
  return page;
}

std::string help_group(std::string_view group, const Speaker& say) {
  Table table;
  for (const auto& row : commands()) {
    if (row.path.starts_with(std::string(group) + ' '))
      table.add({fmt::format("watchbill {}", row.path), say(row.about)});
  }
  return table.text();
}

std::string help_command(const CommandRow& row, const Speaker& say) {
  Flags flags;
  const auto command = row.make();
  declare_all(*command, flags);
  std::string page = fmt::format("{}: {}\n\n{}\n", row.path, say(row.about), usage(row, flags));
  Table table;
  for (const auto& flag : flags.declared()) table.add({flag_cell(flag), say(flag.about)});
  add_global_flags(table, say);
  page += "\n" + table.text(kIndent) + "\n" + say("Examples:") + "\n";
  for (const auto example : row.examples) page += fmt::format("  watchbill {}\n", example);
  return page;
}

std::string help_configuration(const Speaker& say) {
  std::string page =
      say("Each key is read from its flag, else from the environment, else from .env.production, else "
          "from .env in the working directory. Keys marked * may also come as NAME_FILE: the path of "
          "a file that holds the value.") +
      "\n\n";
  Config defaults;
  settle_paths(defaults);
  for (const auto& key : keys()) {
    page += fmt::format("{}{}", key.name, key.secret ? " *" : "");
    if (!key.other_name.empty()) page += say("  (or {})", key.other_name);
    const auto value = key.show(defaults);
    page += fmt::format("\n  {}\n  {}\n", say(key.about), say("allowed: {}", say(key.allowed)));
    if (!value.empty()) page += fmt::format("  {}\n", say("default: {}", value));
  }
  return page;
}

std::string help_exit_codes(const Speaker& say) {
  Table table({say("CODE"), say("NAME"), say("MEANING")});
  for (const auto& row : exit_codes()) {
    table.add({std::to_string(static_cast<int>(row.code)), std::string(row.name), say(row.about)});
  }
  return table.text();
}

}  // namespace watchbill::app
