#include "app/commands/schedule.h"

#include <algorithm>
#include <ostream>

#include "api/json/schedule_json.h"
#include "api/operations.h"
#include "app/commands/schedule_explanation.h"
#include "app/commands/store_access.h"
#include "app/node/node.h"
#include "app/text/span.h"
#include "app/text/table.h"

namespace watchbill::app {

namespace {

constexpr std::string_view kUserArgument = "USER";

// The API's form, and what only operators see.
Json to_json(const domain::User& user, const domain::Schedule& schedule, base::Timestamp now) {
  auto json = api::schedule_json(schedule, now);
  json["userId"] = user.id;
  json["email"] = user.email;
  json["fence"] = schedule.fence;
  json["startedFence"] = schedule.started_fence;
  json["lockedBy"] = schedule.locked_by.empty() ? Json(nullptr) : Json(schedule.locked_by);
  json["lockedUntil"] =
      schedule.locked_until ? Json(base::to_iso8601(*schedule.locked_until)) : Json(nullptr);
  return json;
}

std::string state_of(const domain::Schedule& schedule, base::Timestamp now, const Speaker& say) {
  if (schedule.running(now)) return say("running");
  if (!schedule.enabled) return say("off");
  return schedule.queued(now) ? say("queued") : say("idle");
}

std::string next_slot(const domain::Schedule& schedule, base::Timestamp now, const Speaker& say) {
  return schedule.enabled ? describe_time(schedule.next_run_at, now, say) : "-";
}

domain::Schedule require(std::optional<domain::Schedule> schedule, const domain::User& user,
                         const Speaker& say) {
  if (schedule) return std::move(*schedule);
  throw Failure(ExitCode::failed, say("{} has no schedule", user.email),
                say("`watchbill schedule set {} --enable` gives one", user.email));
}

void print(const Context& context, const domain::User& user, const domain::Schedule& schedule,
           base::Timestamp now) {
  const auto& say = context.say;
  if (context.json) {
    context.print(to_json(user, schedule, now));
    return;
  }
  Table table;
  table.add({say("user"), user.email});
  table.add({say("state"), state_of(schedule, now, say)});
  table.add({say("interval"), say("{} min", schedule.interval_minutes)});
  table.add({say("next slot"), next_slot(schedule, now, say)});
  table.add({say("last run"), schedule.last_run_at ? describe_time(*schedule.last_run_at, now, say) : "-"});
  table.add({say("last status"), describe_status(schedule.last_status, say)});
  table.add(
      {say("last duration"), schedule.last_duration ? describe_span(*schedule.last_duration, say) : "-"});
  table.add({say("last error"),
             schedule.last_error.empty() ? "-" : describe_round_error(schedule.last_error, say)});
  table.add({say("held by"), schedule.locked_by.empty() ? "-" : schedule.locked_by});
  table.add(
      {say("held until"), schedule.locked_until ? describe_time(*schedule.locked_until, now, say) : "-"});
  table.add({say("fence"), fmt::format("{} / {}", schedule.fence, schedule.started_fence)});
  context.around.out << table.text();
}

std::optional<base::Timestamp> unseen_since(store::Store& store, const std::string& holder) {
  const auto now = store.operations().now();
  for (const auto& process : store.operations().processes()) {
    const auto owners = worker_owners(process.instance);
    if (std::find(owners.begin(), owners.end(), holder) == owners.end()) continue;
    if (api::state_of(process, now) != api::ProcessState::alive) return process.seen_at;
  }
  return std::nullopt;
}

ScheduleFacts facts_of(const Context& context, store::Store& store, const std::string& who) {
  ScheduleFacts facts;
  facts.user = find_user(context, store, who);
  facts.schedule = require(store.schedules().find_or_make(facts.user.id), facts.user, context.say);
  auto rounds = store.monitors().rounds({facts.user.id, std::nullopt, 1});
  if (!rounds.empty()) facts.last_round = std::move(rounds.front());
  const auto monitors = store.monitors().list(facts.user.id);
  facts.monitors = monitors.size();
  facts.paused = static_cast<std::size_t>(
      std::count_if(monitors.begin(), monitors.end(), [](const domain::Monitor& m) { return m.paused; }));
  facts.holder_unseen_since = unseen_since(store, facts.schedule.locked_by);
  facts.now = store.schedules().now();
  facts.has_redis = !context.config({.database = true}).redis_url.empty();
  return facts;
}

}  // namespace

void ScheduleList::declare(Flags& flags) {
  flags.value("--search", "TEXT", search_, "part of e-mail address or name");
}

ExitCode ScheduleList::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto now = store->schedules().now();
  auto list = Json::array();
  Table table({say("EMAIL"), say("STATE"), say("INTERVAL"), say("NEXT SLOT"), say("LAST")});
  for (const auto& entry : all_users(*store, search_.value_or(""))) {
    const auto& schedule = entry.schedule;
    list.push_back(to_json(entry.user, schedule, now));
    table.add({entry.user.email, state_of(schedule, now, say), say("{} min", schedule.interval_minutes),
               next_slot(schedule, now, say), describe_status(schedule.last_status, say)});
  }
  if (context.json) {
    context.print(Json{{"items", std::move(list)}});
  } else {
    context.around.out << (table.empty()
                               ? (search_ ? say("No user matches.") : say("There are no users yet.")) + "\n"
                               : table.text());
  }
  return ExitCode::ok;
}

void ScheduleShow::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode ScheduleShow::run(Context& context) {
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  print(context, user, require(store->schedules().find_or_make(user.id), user, context.say),
        store->schedules().now());
  return ExitCode::ok;
}

void ScheduleSet::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
  flags.number("--interval", "MINUTES", interval_, domain::kMinIntervalMinutes, domain::kMaxIntervalMinutes,
               "minutes between two rounds, 1 to 1440");
  flags.flag("--enable", enable_, "switch rounds on");
  flags.flag("--disable", disable_, "switch rounds off");
}

ExitCode ScheduleSet::run(Context& context) {
  const auto& say = context.say;
  if (enable_ && disable_)
    throw Failure(ExitCode::usage, say("give one of {0} and {1}", "--enable", "--disable"));
  if (!enable_ && !disable_ && !interval_) {
    throw Failure(ExitCode::usage, say("nothing to change"), say("give --interval, --enable or --disable"));
  }
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  store::ScheduleEdit edit;
  if (enable_ || disable_) edit.enabled = enable_;
  if (interval_) edit.interval_minutes = static_cast<int>(*interval_);
  const auto schedule = require(store->schedules().edit(user.id, edit), user, say);
  log_audit(context, *store, "schedule.update", user.id,
            {{"enabled", schedule.enabled}, {"intervalMinutes", schedule.interval_minutes}});
  print(context, user, schedule, store->schedules().now());
  return ExitCode::ok;
}

void ScheduleRun::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode ScheduleRun::run(Context& context) {
  const auto& say = context.say;
  const auto store = open_store(context);
  const auto user = find_user(context, *store, user_);
  const auto schedule = require(store->schedules().run_now(user.id), user, say);
  if (!schedule.enabled) {
    throw Failure(ExitCode::failed, say("the schedule of {} is switched off", user.email),
                  say("`watchbill schedule set {} --enable` switches it on", user.email));
  }
  log_audit(context, *store, "schedule.run", user.id);
  const auto now = store->schedules().now();
  if (context.json) {
    context.print(to_json(user, schedule, now));
  } else if (schedule.queued(now)) {
    context.print(say("{0} is claimed already, by {1}: the round starts when its turn in the queue comes",
                      user.email, schedule.locked_by));
  } else {
    context.print(
        say("{} is due now; a running server claims the round within a second, or when cron calls it next",
            user.email));
  }
  return ExitCode::ok;
}

void ScheduleExplain::declare(Flags& flags) {
  flags.argument(kUserArgument, user_, "the user's e-mail address or id");
}

ExitCode ScheduleExplain::run(Context& context) {
  const auto store = open_store(context);
  const auto facts = facts_of(context, *store, user_);
  const auto sentences = explain(facts, context.say);
  if (context.json) {
    auto json = to_json(facts.user, facts.schedule, facts.now);
    json["standing"] = to_string(standing_of(facts));
    json["lastRound"] = facts.last_round ? api::round_json(*facts.last_round) : Json(nullptr);
    json["monitors"] = facts.monitors;
    json["paused"] = facts.paused;
    json["explanation"] = sentences;
    context.print(json);
    return ExitCode::ok;
  }
  context.print(facts.user.email);
  for (const auto& sentence : sentences) context.print("  " + sentence);
  return ExitCode::ok;
}

}  // namespace watchbill::app
