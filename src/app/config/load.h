// From flags, environment and files to a Config, with everything that is wrong at once.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/config/layers.h"

namespace watchbill::app {

// What a command works with: a setting of something that it does not touch must not stop it.
struct Needs {
  bool database = false;
  bool queue = false;
  bool shared_queue = false;  // one in the process will not do
};

struct LoadedConfig {
  Config config;
  std::map<std::string, Origin, std::less<>> origins;  // by key name; absent: built-in
  std::vector<Problem> problems;

  bool valid() const;
  Origin origin_of(std::string_view key) const;
};

// Never throws. `config` counts only if valid(); its fields without a valid setting hold their defaults.
LoadedConfig load_config(const Sources& sources, Needs needs, const Speaker& say);

}  // namespace watchbill::app
