// A kind of monitor: what a row of the table in kinds.cpp holds. Adding one is a file pair, its test and a
// row.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/monitor.h"
#include "probe/address_guard.h"
#include "probe/curl_reactor.h"
#include "probe/options.h"
#include "probe/pattern_search.h"
#include "probe/resolver.h"

namespace watchbill::probe {

// What every probe works with. Fixed after construction; what it refers to belongs to the reactor thread.
struct Surroundings {
  base::asio::any_io_executor executor;
  const base::Clock& clock;
  const ProbeOptions& options;
  const AddressGuard& guard;
  Resolver& resolver;
  CurlReactor& curl;
  PatternSearch& patterns;
};

struct Kind {
  std::string_view name;

  // JSON schema of the configuration, an object; see schema.h for what it may use.
  const nlohmann::json& (*schema)();

  // What else is wrong with a configuration that satisfies the schema, the target's address included.
  base::Task<std::vector<domain::ConfigError>> (*check)(Surroundings&, nlohmann::json config);

  // Throws nlohmann::json::exception when `config` has not the schema's shape.
  base::Task<domain::Finding> (*probe)(Surroundings&, nlohmann::json config);
};

// In the order in which they are offered.
std::span<const Kind> kinds();

}  // namespace watchbill::probe
