#include "app/commands/config.h"

#include <ostream>

#include "app/cli/problem_text.h"
#include "app/config/keys.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr Needs kEverything{.database = true, .queue = true};

}  // namespace

ExitCode ConfigCheck::run(Context& context) {
  const auto loaded = context.load_valid(kEverything);
  auto notes = Json::array();
  for (const auto& note : loaded.problems) notes.push_back(to_json(note));
  if (context.json) {
    context.print(Json{{"success", true}, {"problems", std::move(notes)}});
    return ExitCode::ok;
  }
  context.print(context.say("the configuration is valid"));
  for (const auto& note : loaded.problems) context.around.out << describe(note, context.say);
  return ExitCode::ok;
}

void ConfigShow::declare(Flags& flags) { flags.flag("--origin", origin_, "say where each value comes from"); }

// Shows invalid configurations as well: that is when one wants to see them.
ExitCode ConfigShow::run(Context& context) {
  const auto loaded = context.load(kEverything);
  auto list = Json::array(), problems = Json::array();
  for (const auto& problem : loaded.problems) problems.push_back(to_json(problem));
  Table table;
  for (const auto& key : keys()) {
    const auto value = key.show(loaded.config);
    const auto origin = describe(loaded.origin_of(key.name), context.say);
    Json entry = {{"key", key.name}, {"value", value.empty() ? Json(nullptr) : Json(value)}};
    if (origin_) entry["origin"] = origin;
    list.push_back(std::move(entry));
    std::vector<std::string> cells = {std::string(key.name), value.empty() ? "-" : value};
    if (origin_) cells.push_back(origin);
    table.add(std::move(cells));
  }
  if (context.json) {
    context.print(Json{{"items", std::move(list)}, {"problems", std::move(problems)}});
    return ExitCode::ok;
  }
  auto& out = context.around.out;
  out << table.text();
  if (!loaded.problems.empty()) out << '\n';
  for (const auto& problem : loaded.problems) out << describe(problem, context.say);
  return ExitCode::ok;
}

}  // namespace watchbill::app
