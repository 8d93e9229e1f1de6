// Monitor of openapi.yaml.
#pragma once

#include <nlohmann/json.hpp>

#include "domain/monitor.h"
#include "store/monitors.h"

namespace watchbill::api {

// How many checks `recent` holds.
constexpr std::size_t kRecentChecks = 30;

nlohmann::json monitor_json(const domain::Monitor& monitor, const store::MonitorHeartbeats& heartbeats);

}  // namespace watchbill::api
