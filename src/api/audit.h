// Who did what, for the audit log.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/routes/route.h"
#include "store/store.h"

namespace watchbill::api {

// Made on the reactor thread, from the request; written in the transaction of the change that it tells of.
// `detail` holds no secrets.
store::AuditEntry audit_entry(const Call& call, std::string action, std::string target,
                              const nlohmann::json& detail = nlohmann::json::object());

}  // namespace watchbill::api
