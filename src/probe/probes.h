// The kinds of monitors and the probing of them: what api/ and runner/ use of this folder, wired in app/.
#pragma once

#include "domain/monitor.h"
#include "probe/kind.h"

namespace watchbill::probe {

// Reactor thread only. Every probe() and check_config() must have ended before destruction.
class Probes final : public domain::MonitorKinds, public domain::Prober {
 public:
  // Throws std::runtime_error when options.dns_servers is not a list of servers.
  Probes(base::asio::any_io_executor executor, const base::Clock& clock, ProbeOptions options);

  nlohmann::json describe() const override;
  base::Task<std::vector<domain::ConfigError>> check_config(std::string kind,
                                                            nlohmann::json& config) const override;
  base::Task<domain::Finding> probe(std::string kind, nlohmann::json config) override;

 private:
  const ProbeOptions options_;
  const AddressGuard guard_;
  // mutable: check_config() resolves names, which changes the cache and nothing that a caller sees.
  mutable Resolver resolver_;
  CurlReactor curl_;
  PatternSearch patterns_;
  mutable Surroundings around_;
};

}  // namespace watchbill::probe
