// TCP: whether a port accepts connections.
#pragma once

#include "probe/kind.h"

namespace watchbill::probe {

const nlohmann::json& tcp_schema();
base::Task<std::vector<domain::ConfigError>> check_tcp(Surroundings& around, nlohmann::json config);
base::Task<domain::Finding> probe_tcp(Surroundings& around, nlohmann::json config);

}  // namespace watchbill::probe
