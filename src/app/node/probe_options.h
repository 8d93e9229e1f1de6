// How the configuration bounds probes.
#pragma once

#include "app/config/config.h"
#include "probe/options.h"

namespace watchbill::app {

probe::ProbeOptions probe_options(const Config& config);

}  // namespace watchbill::app
