#include "app/node/demo.h"

#include <algorithm>

namespace watchbill::app {

namespace {

constexpr int kIntervalMinutes = 1;
constexpr std::size_t kMostMonitors = 100;

domain::User demo_user(store::Store& store, const std::string& password_hash) {
  const std::string email(kDemoEmail);
  if (const auto user = store.users().find_by_email(email)) {
    store::UserEdit edit;
    edit.password_hash = password_hash;
    store.users().edit(user->id, edit);
    return *user;
  }
  store::NewUser params;
  params.email = email;
  params.name = "Demo";
  // In a folder with real users he is one of them and no more.
  std::optional<std::string> more;
  const bool alone = store.users().list({.limit = 1}, more).empty();
  params.role = alone ? domain::Role::admin : domain::Role::user;
  params.password_hash = password_hash;
  params.interval_minutes = kIntervalMinutes;
  auto created = store.users().create(params);
  if (auto* user = std::get_if<domain::User>(&created)) return std::move(*user);
  throw store::Error("the demo user was made by somebody else at the same time");
}

void put_monitor(store::Store& store, const domain::User& user, const std::vector<domain::Monitor>& existing,
                 const DemoMonitor& wanted) {
  const auto found = std::find_if(existing.begin(), existing.end(), [&](const domain::Monitor& m) {
    return m.name == wanted.name && m.kind == wanted.kind;
  });
  if (found == existing.end()) {
    store::NewMonitor params;
    params.user_id = user.id;
    params.name = wanted.name;
    params.kind = wanted.kind;
    params.config = wanted.config;
    store.monitors().create(params, kMostMonitors);
  } else if (found->config != wanted.config) {
    store::MonitorEdit edit;
    edit.config = wanted.config;
    store.monitors().edit(user.id, found->id, edit);
  }
}

}  // namespace

std::string own_address(const Config& config) {
  return config.host == "0.0.0.0" ? "127.0.0.1" : config.host == "::" ? "::1" : config.host;
}

std::vector<DemoMonitor> demo_monitors(const Config& config, bool has_page) {
  const auto url = local_url(config);
  std::vector<DemoMonitor> monitors = {
      {"watchbill: health", "http", {{"url", url + "/healthz"}}},
      {"watchbill: port", "tcp", {{"host", own_address(config)}, {"port", config.port}}}};
  if (has_page) monitors.push_back({"watchbill: page", "http", {{"url", url + "/"}}});
  return monitors;
}

void prepare_demo(store::Store& store, const std::string& password_hash,
                  const std::vector<DemoMonitor>& monitors) {
  const auto user = demo_user(store, password_hash);
  const auto existing = store.monitors().list(user.id);
  for (const auto& monitor : monitors) put_monitor(store, user, existing, monitor);
  store.schedules().edit(user.id, {.enabled = true});
  store.schedules().run_now(user.id);
}

}  // namespace watchbill::app
