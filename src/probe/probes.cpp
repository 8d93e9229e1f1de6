#include "probe/probes.h"

#include "base/log.h"
#include "probe/failure.h"
#include "probe/schema.h"
#include "probe/text.h"

namespace watchbill::probe {

namespace {

using domain::ConfigError;
using domain::Finding;

const Kind* find_kind(std::string_view name) {
  for (const auto& kind : kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

Finding not_measured(domain::Cause cause, std::string detail) {
  Finding finding;
  conclude(finding, Failure{cause, domain::Phase::none, std::move(detail)}, std::chrono::microseconds(0));
  return finding;
}

}  // namespace

Probes::Probes(base::asio::any_io_executor executor, const base::Clock& clock, ProbeOptions options)
    : options_(std::move(options)),
      guard_(options_.allowed),
      resolver_(executor, clock, DnsServers{.list = options_.dns_servers}),
      curl_(executor, clock),
      patterns_(executor),
      around_{executor, clock, options_, guard_, resolver_, curl_, patterns_} {}

nlohmann::json Probes::describe() const {
  auto list = nlohmann::json::array();
  for (const auto& kind : kinds())
    list.push_back(
        {{"kind", kind.name}, {"schema", kind.schema()}, {"defaults", defaults_of(kind.schema())}});
  return list;
}

base::Task<std::vector<ConfigError>> Probes::check_config(std::string name, nlohmann::json& config) const {
  const auto* kind = find_kind(name);
  std::vector<ConfigError> errors;
  if (!kind) {
    errors.push_back({"", "range", "no such kind of monitor: " + printable(name, 64)});
    co_return errors;
  }
  errors = apply_schema(kind->schema(), config);
  if (errors.empty()) errors = co_await kind->check(around_, config);
  co_return errors;
}

base::Task<Finding> Probes::probe(std::string name, nlohmann::json config) {
  using domain::Cause;
  const auto* kind = find_kind(name);
  if (!kind) co_return not_measured(Cause::configuration_invalid, "no such kind of monitor");
  try {
    co_return co_await kind->probe(around_, std::move(config));
  } catch (const nlohmann::json::exception& e) {
    co_return not_measured(Cause::configuration_invalid, e.what());
  } catch (const std::bad_alloc&) {
    co_return not_measured(Cause::out_of_resources, "out of memory");
  } catch (const boost::system::system_error& e) {
    if (e.code() == boost::asio::error::operation_aborted) throw;
    base::log::error("probe failed", {{"kind", name}, {"error", e.what()}});
    co_return not_measured(Cause::internal_error, e.what());
  } catch (const std::exception& e) {
    base::log::error("probe failed", {{"kind", name}, {"error", e.what()}});
    co_return not_measured(Cause::internal_error, e.what());
  }
}

}  // namespace watchbill::probe
