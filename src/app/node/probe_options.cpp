#include "app/node/probe_options.h"

#include <fmt/ranges.h>

#include "app/commands/version.h"

namespace watchbill::app {

probe::ProbeOptions probe_options(const Config& config) {
  probe::ProbeOptions options;
  for (const auto& allowed : config.probe_allow) {
    if (const auto range = probe::AddressRange::parse(allowed)) options.allowed.push_back(*range);
  }
  options.user_agent = fmt::format("watchbill/{}", version());
  options.dns_servers = fmt::format("{}", fmt::join(config.probe_dns, ","));
  return options;
}

}  // namespace watchbill::app
