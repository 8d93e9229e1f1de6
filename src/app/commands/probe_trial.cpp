#include "app/commands/probe_trial.h"

#include "app/node/probe_options.h"
#include "app/node/run_task.h"
#include "probe/probes.h"

namespace watchbill::app {

struct ProbeTrial::Impl {
  Impl(const Config& config, const base::Clock& clock)
      : probes(context.get_executor(), clock, probe_options(config)) {}

  boost::asio::io_context context{1};
  probe::Probes probes;
};

ProbeTrial::ProbeTrial(const Config& config, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(config, clock)) {}
ProbeTrial::~ProbeTrial() = default;

bool ProbeTrial::has_kind(const std::string& kind) const {
  for (const auto& entry : impl_->probes.describe()) {
    if (entry.at("kind") == kind) return true;
  }
  return false;
}

std::vector<domain::ConfigError> ProbeTrial::check_config(const std::string& kind, nlohmann::json& config) {
  return run_task(impl_->context, impl_->probes.check_config(kind, config));
}

domain::Finding ProbeTrial::probe(const std::string& kind, const nlohmann::json& config) {
  return run_task(impl_->context, impl_->probes.probe(kind, config));
}

}  // namespace watchbill::app
