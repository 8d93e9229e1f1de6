// HTTP and HTTPS: status, content, redirects and the certificate's remaining days.
#pragma once

#include "probe/http_config.h"
#include "probe/kind.h"

namespace watchbill::probe {

base::Task<std::vector<domain::ConfigError>> check_http(Surroundings& around, nlohmann::json config);
base::Task<domain::Finding> probe_http(Surroundings& around, nlohmann::json config);

}  // namespace watchbill::probe
