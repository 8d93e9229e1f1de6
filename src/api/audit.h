// Who did what, for the audit log.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/routes/route.h"
#include "store/store.h"

namespace watchbill::api {

// Made on the reactor thread, from the request. `detail` holds no secrets.
store::AuditEntry audit_entry(const Call& call, std::string action, std::string target,
                              const nlohmann::json& detail = nlohmann::json::object());

// On the store's thread, after the change that it tells of: the change stands even where this cannot be
// written.
void write_audit(store::Store& store, const store::AuditEntry& entry);

}  // namespace watchbill::api
