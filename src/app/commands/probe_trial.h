// Tries one probe from the command line, on a reactor that runs while the call lasts.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "base/time.h"
#include "domain/monitor.h"

namespace watchbill::app {

// Blocking. With the address guard of the configuration, as the server has it.
class ProbeTrial {
 public:
  ProbeTrial(const Config& config, const base::Clock& clock);
  ~ProbeTrial();

  bool has_kind(const std::string& kind) const;
  // domain::MonitorKinds::check_config
  std::vector<domain::ConfigError> check_config(const std::string& kind, nlohmann::json& config);
  // domain::Prober::probe
  domain::Finding probe(const std::string& kind, const nlohmann::json& config);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace watchbill::app
