// What `up --demo` shows: a user whose monitors watch the node itself.
#pragma once

#include <string>

#include "app/config/config.h"
#include "base/task.h"
#include "store/async_store.h"

namespace watchbill::app {

inline constexpr std::string_view kDemoEmail = "demo@example.org";

struct DemoMonitor {
  std::string name;
  std::string kind;
  nlohmann::json config;
};

// Its health, its port, and its page where it has one.
std::vector<DemoMonitor> demo_monitors(const Config& config, bool has_page);

// The address that the demo's monitors connect to.
std::string own_address(const Config& config);

// On the store's thread. Makes the user, or gives him this password; an administrator where he is the only
// one. Makes his monitors, or points them to where the node is now, and makes him due.
void prepare_demo(store::Store& store, const std::string& password_hash,
                  const std::vector<DemoMonitor>& monitors);

}  // namespace watchbill::app
