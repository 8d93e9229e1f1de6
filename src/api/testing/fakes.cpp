#include "api/testing/fakes.h"

#include "queue/queue.h"

namespace watchbill::api {

using nlohmann::json;

json FakeKinds::describe() const {
  return {{{"kind", "http"}, {"schema", {{"type", "object"}}}, {"defaults", {{"method", "GET"}}}},
          {{"kind", "tcp"}, {"schema", {{"type", "object"}}}, {"defaults", json::object()}}};
}

base::Task<std::vector<domain::ConfigError>> FakeKinds::check_config(std::string kind, json& config) const {
  co_await gate.pass();
  std::vector<domain::ConfigError> errors;
  if (kind == "tcp") co_return errors;
  if (!config.contains("url")) errors.push_back({"/url", "required", "is required"});
  if (config.value("url", "").find("private") != std::string::npos)
    errors.push_back({"/url", "target_not_allowed", "must not point to a private address"});
  for (const auto& [name, value] : config.items())
    if (name != "url" && name != "method") errors.push_back({"/" + name, "unknown_field", "is not known"});
  if (!config.contains("method")) config["method"] = "GET";
  co_return errors;
}

base::Task<domain::Finding> FakeProber::probe(std::string, json config) {
  last_config = std::move(config);
  co_await gate.pass();
  co_return finding;
}

base::Task<domain::RunResult> FakeRunner::run_user(domain::UserId user_id) { co_return answer(user_id); }

base::Task<domain::RunResult> FakeRunner::run_claim(domain::Claim claim, domain::Trigger) {
  co_return answer(claim.user_id);
}

base::Task<domain::DispatchReport> FakeDispatching::dispatch() {
  if (queue_away) throw queue::Unavailable("connection refused", false);
  co_return report;
}

base::Task<domain::SyncReport> FakeDispatching::dispatch_sync() { co_return sync_report; }

}  // namespace watchbill::api
