// Monitors as rows.
#pragma once

#include <string>
#include <vector>

#include "domain/monitor.h"
#include "store/database.h"

namespace watchbill::store {

struct MonitorRow {
  static constexpr const char* kColumns =
      "userId, id, name, kind, config, paused, failuresBeforeDown, successesBeforeUp, state, stateSince, "
      "consecutiveFailures, consecutiveSuccesses, createdAt, updatedAt, position";

  domain::Monitor monitor;
  std::int64_t position = 0;
  std::string config;
  std::string state;

  auto columns() {
    auto& m = monitor;
    return std::tie(m.user_id, m.id, m.name, m.kind, config, m.paused, m.failures_before_down,
                    m.successes_before_up, state, m.status.since, m.status.consecutive_failures,
                    m.status.consecutive_successes, m.created_at, m.updated_at, position);
  }
};

// A config that is not JSON (edited by hand) becomes an empty object, which no kind accepts.
domain::Monitor to_monitor(MonitorRow row);
// In the user's order.
std::vector<domain::Monitor> to_monitors(std::vector<MonitorRow> rows);

}  // namespace watchbill::store
