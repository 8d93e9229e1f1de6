#include "app/node/banner.h"

#include "app/node/setup_link.h"
#include "app/text/span.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

std::string what_it_does(const BannerFacts& facts, const Speaker& say) {
  if (facts.role == Role::worker) return say("worker: takes rounds from the queue");
  if (facts.role == Role::web)
    return facts.has_redis ? say("page, API and dispatcher; workers run the rounds")
                           : say("page, API and dispatcher; without REDIS_URL it runs the rounds itself");
  if (facts.has_redis) return say("everything in one process, queue in Redis");
  return facts.in_a_file ? say("everything in one process: SQLite, queue in memory")
                         : say("everything in one process, queue in memory");
}

}  // namespace

std::string banner_text(const BannerFacts& facts, const Speaker& say) {
  Table table;
  if (facts.role != Role::worker) table.add({say("address"), facts.url});
  if (facts.role != Role::web) table.add({say("rounds at once"), std::to_string(facts.concurrency)});
  table.add({say("data"), facts.data_folder});
  if (facts.demo) table.add({say("sign in"), fmt::format("{}  {}", facts.demo->email, facts.demo->password)});
  if (facts.setup_link) {
    table.add({say("set up"), *facts.setup_link});
    const auto valid = describe_span(SetupLink::kValid, say);
    table.add(
        {"", say("valid once, for {0}; another one: watchbill setup-link{1}", valid, facts.common_flags)});
    table.add({"", say("or: watchbill user add EMAIL --admin{}", facts.common_flags)});
  }
  table.add({say("stop"), "Ctrl-C"});
  return fmt::format("\nwatchbill {} ({})\n\n{}\n", facts.version, what_it_does(facts, say), table.text(2));
}

nlohmann::json banner_json(const BannerFacts& facts) {
  nlohmann::json event = {
      {"event", "ready"},
      {"name", "watchbill"},
      {"version", facts.version},
      {"mode", to_string(facts.role)},
      {"queue", facts.has_redis ? "redis" : "memory"},
      {"url", facts.role == Role::worker ? nlohmann::json(nullptr) : nlohmann::json(facts.url)},
      {"dataFolder", facts.data_folder},
      {"instance", facts.instance},
      {"setupLink", nullptr},
      {"demo", nullptr}};
  if (facts.setup_link) {
    event["setupLink"] = *facts.setup_link;
    event["setupLinkFile"] = facts.setup_link_file;
  }
  if (facts.demo) event["demo"] = {{"email", facts.demo->email}, {"password", facts.demo->password}};
  return event;
}

}  // namespace watchbill::app
