// Can a queue live on this server?
#pragma once

#include <string>
#include <vector>

#include "bullmq/backend.h"

namespace watchbill::bullmq {

struct ServerCheck {
  std::string version;                // "7.0.15"
  std::vector<std::string> warnings;  // one line each
};

// Throws UnfitServer when the server is older than Redis 6.2; warns of a maxmemory-policy that evicts. What
// the server does not tell (a managed service may forbid it) is taken as fine.
base::Task<ServerCheck> check_server(Backend& backend);

// "redis_version:7.0.15" and the like, in the reply of INFO. Exposed for tests.
std::string info_field(std::string_view info, std::string_view name);
bool is_older(std::string_view version, int major, int minor);

}  // namespace watchbill::bullmq
