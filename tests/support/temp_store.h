// A real SQLite store in a folder of its own, with users to work on.
#pragma once

#include <memory>
#include <string>

#include "base/id.h"
#include "store/async_store.h"
#include "tests/support/temp_folder.h"

namespace watchbill::support {

// A migrated store; `store()` directly while nothing runs, `async()` from coroutines.
class TempStore {
 public:
  explicit TempStore(const base::Clock& clock, base::Millis busy_timeout = base::Millis(2000)) {
    auto store = std::make_unique<store::Store>(store::StoreOptions{url(), &clock, busy_timeout});
    store->migrate();
    store_ = store.get();
    async_ = std::make_unique<store::AsyncStore>(std::move(store));
  }

  std::string file() const { return (folder_.path() / "watchbill.db").string(); }
  std::string url() const { return "sqlite:" + file(); }
  store::Store& store() { return *store_; }
  store::AsyncStore& async() { return *async_; }

  domain::UserId add_user(const std::string& name, int interval_minutes = 5) {
    store::NewUser params{.email = name + "@example.org", .name = name, .interval_minutes = interval_minutes};
    return std::get<domain::User>(store_->users().create(params)).id;
  }
  // Due now, whatever its phase.
  domain::UserId add_due_user(const std::string& name) {
    auto id = add_user(name);
    store_->schedules().run_now(id);
    return id;
  }
  domain::MonitorId add_monitor(const domain::UserId& user, const std::string& name) {
    store::NewMonitor params{.user_id = user, .name = name, .kind = "http", .config = {{"url", name}}};
    return store_->monitors().create(params, 1000)->id;
  }
  domain::Schedule schedule(const domain::UserId& user) { return *store_->schedules().find(user); }
  std::vector<domain::Round> rounds(const domain::UserId& user) {
    return store_->monitors().rounds({.user_id = user});
  }

 private:
  TempFolder folder_;
  store::Store* store_ = nullptr;
  std::unique_ptr<store::AsyncStore> async_;
};

}  // namespace watchbill::support
