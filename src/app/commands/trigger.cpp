#include "app/commands/trigger.h"

#include <unistd.h>

#include "app/commands/http_call.h"
#include "app/config/values.h"
#include "app/node/file_lock.h"
#include "base/id.h"

namespace watchbill::app {

namespace {

constexpr base::Millis kDispatchDeadline{60'000};
// All due users run in the call, one after the other; the lock keeps other calls out meanwhile.
constexpr base::Millis kSyncDeadline = std::chrono::hours(24);

std::filesystem::path lock_path(const Config& config, const std::string& url) {
  if (!config.cron_lock_path.empty()) return config.cron_lock_path;
  const auto name =
      fmt::format("watchbill-trigger-{}-{}.lock", getuid(), base::sha256_hex(url).substr(0, 12));
  return std::filesystem::temp_directory_path() / name;
}

std::string endpoint(const Config& config) { return shown_url(config) + "/api/cron/one-click-start"; }

Failure unreachable(const HttpAnswer& answer, const std::string& url, const Speaker& say) {
  return {ExitCode::failed, say("no answer from {0}: {1}", url, answer.error),
          answer.refused
              ? say("is the server running? `watchbill up` starts it; PORT and PUBLIC_URL say where it is")
              : ""};
}

Failure refused(const HttpAnswer& answer, const Json& said, const Speaker& say) {
  const auto error = said.is_object() ? said.value("error", "") : "";
  return {ExitCode::failed, say("the server answered {0}: {1}", answer.status, error),
          answer.status == 401 ? say("CRON_SECRET here and CRON_SECRET of the server differ") : ""};
}

// The "data" of a good answer.
Json call_once(const Config& config, const std::string& body, base::Millis deadline, const Speaker& say) {
  HttpCall call;
  call.url = endpoint(config);
  call.method = "POST";
  call.headers = {"x-cron-secret: " + split_list(config.cron_secret).front()};
  if (!body.empty()) call.headers.push_back("content-type: application/json");
  call.body = body;
  call.deadline = deadline;
  const auto answer = call_http(call);
  if (answer.status == 0) throw unreachable(answer, call.url, say);
  const auto said = Json::parse(answer.body, nullptr, false);
  const bool good =
      answer.status == 200 && said.is_object() && said.contains("data") && said["data"].is_object();
  if (!good) throw refused(answer, said, say);
  return said["data"];
}

std::string describe(const Json& data, const Speaker& say) {
  const auto number = [&](const char* name) { return data.value(name, std::int64_t{0}); };
  const auto mode = data.value("mode", "");
  if (mode == "dispatch")
    return say("dispatched {0}, {1} remaining", number("dispatched"), number("remaining"));
  if (mode == "sync")
    return say("ran {0}: {1} ok, {2} failed", number("executed"), number("okCount"), number("failCount"));
  const auto result = data.value("result", Json::object());
  const auto count = [&](const char* name) { return result.value(name, std::int64_t{0}); };
  return say("{0}: {1} checked, {2} up, {3} down, {4} unknown, {5} ms", data.value("email", ""),
             count("processed"), count("up"), count("down"), count("unknown"), number("duration"));
}

std::int64_t users_in(const Json& data) {
  return data.value("dispatched", std::int64_t{0}) + data.value("executed", std::int64_t{0});
}

bool more_to_do(const Json& data) {
  return data.value("mode", "") == "sync" ? users_in(data) > 0 : data.value("remaining", std::int64_t{0}) > 0;
}

}  // namespace

base::Millis trigger_deadline(const Config& config, bool sync, bool direct) {
  if (sync) return kSyncDeadline;
  // A round that runs in the call may take as long as the whole lock.
  return direct ? config.dispatch_lock_ttl : kDispatchDeadline;
}

void TriggerCommand::declare(Flags& flags) {
  flags.flag("--sync", sync_, "run the due users in the server's process, without the queue");
  flags.flag("--drain", drain_, "call again until nobody is due");
  flags.value("--user", "ID", user_, "run this user now, due or not");
  flags.value("--email", "EMAIL", email_, "the same by e-mail address");
}

std::string TriggerCommand::body() const {
  if (user_) return Json{{"userId", *user_}}.dump();
  if (email_) return Json{{"email", *email_}}.dump();
  return sync_ ? Json{{"mode", "sync"}}.dump() : "";
}

ExitCode TriggerCommand::call_until_done(const Context& context, const Config& config) const {
  const auto deadline = trigger_deadline(config, sync_, direct());
  std::int64_t calls = 0, users = 0;
  Json data;
  do {
    data = call_once(config, body(), deadline, context.say);
    ++calls, users += users_in(data);
    if (!context.json) context.print(describe(data, context.say));
    if (drain_ && users_in(data) == 0 && more_to_do(data)) {
      throw Failure(ExitCode::failed, context.say("the queue is full: nothing more was claimed"),
                    context.say("more workers are needed, or a higher DISPATCH_MAX_QUEUE"));
    }
  } while (drain_ && !direct() && more_to_do(data));
  if (context.json)
    context.print(Json{{"success", true}, {"calls", calls}, {"users", users}, {"data", data}});
  return ExitCode::ok;
}

ExitCode TriggerCommand::run(Context& context) {
  const auto& say = context.say;
  if (user_.has_value() + email_.has_value() + sync_ > 1) {
    throw Failure(ExitCode::usage, say("give one of {0} and {1}", "--user, --email", "--sync"));
  }
  const auto config = context.config({});
  if (config.cron_secret.empty()) {
    throw Failure(ExitCode::usage, say("no CRON_SECRET is set"),
                  say("put the server's one into .env.production, .env or the environment"));
  }
  if (direct()) return call_until_done(context, config);
  const auto lock = FileLock::try_take(lock_path(config, endpoint(config)));
  if (lock) return call_until_done(context, config);
  if (context.json) {
    context.print(Json{{"success", true}, {"skipped", true}});
  } else {
    context.print(say("skipped: an earlier trigger still runs"));
  }
  return ExitCode::ok;
}

}  // namespace watchbill::app
