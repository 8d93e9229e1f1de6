#include "api/audit.h"

#include "api/json/values.h"
#include "base/log.h"

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

void write_audit(store::Store& store, const store::AuditEntry& entry) {
  try {
    store.users().log_audit(entry);
  } catch (const store::Unavailable& error) {
    base::log::error("audit entry not written", {{"action", entry.action},
                                                 {"actor", entry.actor},
                                                 {"target", entry.target},
                                                 {"cause", error.what()}});
  }
}

}  // namespace watchbill::api
