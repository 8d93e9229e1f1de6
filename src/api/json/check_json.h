// CheckReport, CheckResult and RecentChecks of openapi.yaml.
#pragma once

#include <nlohmann/json.hpp>

#include "domain/verdict.h"
#include "store/monitors.h"

namespace watchbill::api {

// CheckReport
nlohmann::json check_report_json(base::Timestamp at, const domain::Finding& finding);
// CheckResult: the report and whose it is.
nlohmann::json check_result_json(const domain::CheckResult& result);
// RecentChecks; `beats` oldest first.
nlohmann::json recent_checks_json(const std::vector<store::Heartbeat>& beats);

// The names of openapi.yaml; null where there is nothing to say (an `up` has no cause).
nlohmann::json cause_json(domain::Cause cause);

}  // namespace watchbill::api
