#include "api/audit.h"

#include "api/json/values.h"

namespace watchbill::api {

store::AuditEntry audit_entry(const Call& call, std::string action, std::string target,
                              const nlohmann::json& detail) {
  store::AuditEntry entry;
  entry.actor = call.identity ? call.identity->user.id : "";
  entry.action = std::move(action);
  entry.target = std::move(target);
  entry.address = call.request.remote_address;
  entry.detail = dump(detail);
  return entry;
}

}  // namespace watchbill::api
