#include "app/node/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/log.h"
#include "http/server.h"
#include "runner/runner.h"

namespace watchbill::app {

namespace {

// The database with its journal, name servers, logs, the reactor itself, and what libraries open in passing.
constexpr std::size_t kOther = 100;

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const auto given = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (given < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) != 0) return given;
  return limit.rlim_cur;
}

std::size_t connections_within(std::size_t limit) {
  const auto wanted = http::ServerOptions{}.max_connections;
  const auto own = kOther + runner::RunnerOptions{}.probes;
  const auto left = std::max(limit > own ? limit - own : 0, limit / 4);
  if (left < wanted)
    base::log::warning("few files may be open at once (ulimit -n, LimitNOFILE)",
                       {{"limit", limit}, {"connections", left}});
  return std::min(left, wanted);
}

}  // namespace watchbill::app
