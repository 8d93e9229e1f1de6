#include "app/commands/monitor.h"

#include <algorithm>
#include <ostream>

#include "api/context.h"
#include "api/json/check_json.h"
#include "api/json/monitor_json.h"
#include "api/json/user_json.h"
#include "app/commands/probe_trial.h"
#include "app/commands/store_access.h"
#include "app/commands/text_input.h"
#include "app/text/cause.h"
#include "app/text/config_error.h"
#include "app/text/span.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr std::string_view kUserArgument = "USER";
constexpr std::string_view kMonitorArgument = "MONITOR";

void declare_monitor(Flags& flags, std::string& user, std::string& monitor) {
  flags.argument(kUserArgument, user, "the user's e-mail address or id");
  flags.argument(kMonitorArgument, monitor, "its name or id");
}

domain::Monitor find_monitor(const Context& context, store::Store& store, const domain::User& user,
                             const std::string& name_or_id) {
  std::vector<domain::Monitor> found;
  for (auto& monitor : store.monitors().list(user.id)) {
    if (monitor.id == name_or_id || monitor.name == name_or_id) found.push_back(std::move(monitor));
  }
  const auto& say = context.say;
  if (found.size() == 1) return std::move(found.front());
  const auto next_step = say("`watchbill monitor list {}` shows all of them", user.email);
  if (found.empty())
    throw Failure(ExitCode::failed, say("{0} has no monitor {1}", user.email, name_or_id), next_step);
  throw Failure(ExitCode::failed, say("{} monitors have this name: give the id", found.size()), next_step);
}

Json to_json(store::Store& store, const domain::Monitor& monitor) {
  const auto beats = store.monitors().heartbeats(monitor.user_id, monitor.id, api::kRecentChecks);
  return api::monitor_json(monitor, beats.value_or(store::MonitorHeartbeats{}));
}

void print_changed(const Context& context, store::Store& store, const domain::Monitor& monitor,
                   const std::string& message) {
  if (context.json) {
    context.print(to_json(store, monitor));
  } else {
    context.print(message);
  }
}

std::string state_of(const domain::Monitor& monitor, const Speaker& say) {
  if (monitor.paused) return say("paused");
  switch (monitor.status.state) {
    case domain::MonitorState::up:
      return say("up");
    case domain::MonitorState::down:
      return say("down");
    case domain::MonitorState::pending:
      break;
  }
  return say("pending");
}

std::string last_check(const store::MonitorHeartbeats& beats, base::Timestamp now, const Speaker& say) {
  if (!beats.last) return "-";
  const auto& check = *beats.last;
  return fmt::format("{}, {}", say(describe(check.finding.cause)), describe_time(check.at, now, say));
}

// One problem per line below the message.
[[noreturn]] void refuse_config(const std::vector<domain::ConfigError>& errors, const Speaker& say) {
  Failure failure(ExitCode::usage, say("this monitor cannot be checked"));
  for (const auto& error : errors) {
    failure.problems.push_back({.key = error.path.empty() ? "/" : error.path,
                                .origin = error.code,
                                .message = describe(error, say)});
    if (error.code == "target_not_allowed")
      failure.next_step = say("the operator may allow private addresses: PROBE_ALLOW=192.168.1.0/24");
  }
  throw failure;
}

nlohmann::json checked_config(const Context& context, ProbeTrial& trial, const MonitorTarget& target) {
  const auto& say = context.say;
  if (!trial.has_kind(target.kind())) {
    throw Failure(ExitCode::usage, say("there is no kind of monitor named {}", target.kind()));
  }
  auto config = target.config(say);
  if (const auto errors = trial.check_config(target.kind(), config); !errors.empty())
    refuse_config(errors, say);
  return config;
}

ExitCode set_paused(const Context& context, const std::string& who, const std::string& which, bool paused) {
  const auto store = open_store(context);
  const auto user = find_user(context, *store, who);
  const auto monitor = find_monitor(context, *store, user, which);
  store::MonitorEdit edit;
  edit.paused = paused;
  const auto changed = store->monitors().edit(user.id, monitor.id, edit).value_or(monitor);
  log_audit(context, *store, paused ? "monitor.pause" : "monitor.resume", monitor.id);
  print_changed(context, *store, changed,
                paused ? context.say("{} is paused", monitor.name)
                       : context.say("{} is checked again from the next round on", monitor.name));
  return ExitCode::ok;
}

void add_phase(Table& table, std::string name, const std::optional<std::chrono::microseconds>& time) {
  if (time) table.add({std::move(name), fmt::format("{:.1f} ms", static_cast<double>(time->count()) / 1000)});
}

void print_finding(const Context& context, const domain::Finding& finding) {
  const auto& say = context.say;
  Table table;
  table.add({say("verdict"), say(describe(finding.verdict))});
  if (finding.cause != domain::Cause::ok) {
    table.add({say("cause"),
               fmt::format("{} ({})", say(describe(finding.cause)), domain::to_string(finding.cause))});
    table.add({say("phase"), std::string(domain::to_string(finding.phase))});
  }
  if (!finding.detail.empty()) table.add({say("detail"), finding.detail});
  if (!finding.address.empty()) table.add({say("address"), finding.address});
  if (finding.http_status) table.add({say("HTTP status"), std::to_string(*finding.http_status)});
  if (finding.certificate_days_left) {
    table.add({say("certificate"), say("{} days left", *finding.certificate_days_left)});
  }
  for (const auto& url : finding.redirects) table.add({say("redirect"), url});
  add_phase(table, say("resolve"), finding.times.resolve);
  add_phase(table, say("connect"), finding.times.connect);
  add_phase(table, say("TLS"), finding.times.tls);
  add_phase(table, say("first byte"), finding.times.first_byte);
  add_phase(table, say("total"), finding.times.total);
  context.around.out << table.text();
}

}  // namespace

void MonitorTarget::declare(Flags& flags) {
  flags.value("--kind", "KIND", kind_, "http (if not given) or tcp");
  flags.values("--set", "FIELD=VALUE", fields_,
               "a field of the configuration, e.g. url=https://example.org/");
  flags.value("--config", "JSON", config_text_, "the configuration as a JSON object");
}

nlohmann::json MonitorTarget::config(const Speaker& say) const {
  auto config =
      config_text_ ? nlohmann::json::parse(*config_text_, nullptr, false) : nlohmann::json::object();
  if (!config.is_object()) throw Failure(ExitCode::usage, say("{} must be a JSON object", "--config"));
  for (const auto& field : fields_) {
    const auto equals = field.find('=');
    if (equals == field.npos || equals == 0) {
      throw Failure(ExitCode::usage, say("{0} must have the form {1}", "--set", "FIELD=VALUE"));
    }
    const auto text = field.substr(equals + 1);
    require_utf8("--set", field, say);
    // Numbers, true, false, lists and quoted texts are JSON; everything else is the text itself.
    const auto value = nlohmann::json::parse(text, nullptr, false);
    config[field.substr(0, equals)] = value.is_discarded() ? nlohmann::json(text) : value;
  }
  return config;
}

void MonitorList::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode MonitorList::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  const auto now = store->schedules().now();
  auto list = Json::array();
  Table table({say("ID"), say("NAME"), say("KIND"), say("STATE"), say("LAST CHECK")});
  for (const auto& monitor : store->monitors().list(user.id)) {
    const auto beats = store->monitors().heartbeats(user.id, monitor.id, api::kRecentChecks);
    list.push_back(api::monitor_json(monitor, beats.value_or(store::MonitorHeartbeats{})));
    table.add({monitor.id, monitor.name, monitor.kind, state_of(monitor, say),
               last_check(beats.value_or(store::MonitorHeartbeats{}), now, say)});
  }
  if (context.json) {
    context.print(Json{{"items", std::move(list)}});
  } else {
    context.around.out << (table.empty() ? say("{} has no monitors yet.", user.email) + "\n" : table.text());
  }
  return ExitCode::ok;
}

void MonitorAdd::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
  flags.value("--name", "NAME", name_, "shown on the page, 1 to 100 characters");
  target_.declare(flags);
  flags.number("--failures", "N", failures_, 1, api::kMostResultsInARow,
               "failures in a row before it counts as down, 1 to 10");
  flags.number("--successes", "N", successes_, 1, api::kMostResultsInARow,
               "successes in a row before it counts as up, 1 to 10");
  flags.flag("--paused", paused_, "keep it out of the rounds for now");
}

ExitCode MonitorAdd::run(Context& context) {
  const auto& say = context.say;
  const auto name = checked_text("--name", name_.value_or(""), api::kMonitorName, say);
  const auto config = context.config({.database = true});
  const auto store = open_store(context, config);
  const auto user = find_user(context, *store, user_);
  ProbeTrial trial(config, context.around.clock);
  store::NewMonitor params;
  params.user_id = user.id;
  params.name = name;
  params.kind = target_.kind();
  params.config = checked_config(context, trial, target_);
  params.failures_before_down = static_cast<int>(failures_.value_or(1));
  params.successes_before_up = static_cast<int>(successes_.value_or(1));
  params.paused = paused_;
  const auto most = api::Options().max_monitors_per_user;
  const auto monitor = store->monitors().create(params, most);
  if (!monitor)
    throw Failure(ExitCode::failed, say("{0} has {1} monitors, and that is the limit", user.email, most));
  log_audit(context, *store, "monitor.create", monitor->id);
  print_changed(context, *store, *monitor,
                say("{0} is checked from the next round of {1} on", monitor->name, user.email));
  return ExitCode::ok;
}

void MonitorTest::declare(Flags& flags) {
  flags.optional_argument(kUserArgument, user_, "whose monitor; without it --set says what to check");
  flags.optional_argument(kMonitorArgument, monitor_, "its name or id");
  target_.declare(flags);
}

ExitCode MonitorTest::run(Context& context) {
  const auto& say = context.say;
  if (target_.given() == user_.has_value() || user_.has_value() != monitor_.has_value()) {
    throw Failure(ExitCode::usage, say("name a user and a monitor, or give --set and --kind"));
  }
  const auto config = context.config({.database = !target_.given()});
  ProbeTrial trial(config, context.around.clock);
  auto kind = target_.kind();
  nlohmann::json monitor_config;
  if (target_.given()) {
    monitor_config = checked_config(context, trial, target_);
  } else {
    const auto store = open_store(context, config);
    auto monitor = find_monitor(context, *store, find_user(context, *store, *user_), *monitor_);
    kind = std::move(monitor.kind);
    monitor_config = std::move(monitor.config);
  }
  const auto at = context.around.clock.now();
  const auto finding = trial.probe(kind, monitor_config);
  if (context.json) {
    context.print(api::check_report_json(at, finding));
  } else {
    print_finding(context, finding);
  }
  return finding.verdict == domain::Verdict::up ? ExitCode::ok : ExitCode::failed;
}

void MonitorPause::declare(Flags& flags) { declare_monitor(flags, user_, monitor_); }

ExitCode MonitorPause::run(Context& context) { return set_paused(context, user_, monitor_, true); }

void MonitorResume::declare(Flags& flags) { declare_monitor(flags, user_, monitor_); }

ExitCode MonitorResume::run(Context& context) { return set_paused(context, user_, monitor_, false); }

void MonitorRemove::declare(Flags& flags) {
  declare_monitor(flags, user_, monitor_);
  flags.flag("--yes", yes_, "do not ask");
}

ExitCode MonitorRemove::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  const auto monitor = find_monitor(context, *store, user, monitor_);
  if (!yes_ && !context.confirm(say("Remove {} with its history?", monitor.name), "--yes")) {
    throw Failure(ExitCode::failed, say("nothing was removed"));
  }
  store->monitors().remove(user.id, monitor.id);
  log_audit(context, *store, "monitor.delete", monitor.id);
  if (context.json) {
    context.print(Json{{"id", monitor.id}, {"removed", true}});
  } else {
    context.print(say("{} is removed", monitor.name));
  }
  return ExitCode::ok;
}

}  // namespace watchbill::app
