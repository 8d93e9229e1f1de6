#include "store/monitor_rows.h"

#include <algorithm>

namespace watchbill::store {

domain::Monitor to_monitor(MonitorRow row) {
  auto& monitor = row.monitor;
  monitor.config = nlohmann::json::parse(row.config, nullptr, false);
  if (!monitor.config.is_object()) monitor.config = nlohmann::json::object();
  monitor.status.state = domain::monitor_state_from_string(row.state).value_or(domain::MonitorState::pending);
  return std::move(monitor);
}

std::vector<domain::Monitor> to_monitors(std::vector<MonitorRow> rows) {
  // Here and not in the statement: most users have few, and a sorter costs each round of those who have none.
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.position < b.position; });
  std::vector<domain::Monitor> monitors;
  monitors.reserve(rows.size());
  for (auto& row : rows) monitors.push_back(to_monitor(std::move(row)));
  return monitors;
}

}  // namespace watchbill::store
