// Monitors and what was found about them. Every call names the owner: a foreign id is as good as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/incident.h"
#include "domain/monitor.h"
#include "domain/round.h"

namespace watchbill::store {

class Database;

struct NewMonitor {
  domain::UserId user_id;
  std::string name;
  std::string kind;
  nlohmann::json config;
  int failures_before_down = 1;
  int successes_before_up = 1;
  bool paused = false;
};

// Absent: unchanged. A changed config or threshold sets the monitor back to pending and closes its incident.
struct MonitorEdit {
  std::optional<std::string> name;
  std::optional<nlohmann::json> config;
  std::optional<int> failures_before_down;
  std::optional<int> successes_before_up;
  std::optional<bool> paused;
};

// A check as lists show it.
struct Heartbeat {
  base::Timestamp at;
  domain::Verdict verdict = domain::Verdict::unknown;
  std::int32_t total_ms = 0;
};

struct MonitorHeartbeats {
  domain::MonitorId monitor_id;
  std::vector<Heartbeat> beats;  // oldest first
  std::optional<domain::CheckResult> last;
};

struct CheckQuery {
  domain::UserId user_id;
  domain::MonitorId monitor_id;
  std::optional<base::Timestamp> from;   // inclusive
  std::optional<base::Timestamp> until;  // exclusive
  std::size_t limit = 100;               // newest first
};

struct IncidentQuery {
  domain::UserId user_id;
  std::optional<domain::MonitorId> monitor_id;
  std::optional<bool> open;
  std::optional<std::string> after;  // cursor: what `next_cursor` gave
  std::size_t limit = 50;
};

struct RoundQuery {
  domain::UserId user_id;
  std::optional<base::Timestamp> before;  // rounds of earlier slots only
  std::size_t limit = 50;
};

template <class Item>
struct Page {
  std::vector<Item> items;  // newest first
  std::optional<std::string> next_cursor;
};

// Blocking; on the store's thread.
class Monitors {
 public:
  explicit Monitors(Database& database) : database_(database) {}

  std::vector<domain::Monitor> list(const domain::UserId& user_id);  // in the order of creation
  std::int64_t count(const domain::UserId& user_id);
  std::optional<domain::Monitor> find(const domain::UserId& user_id, const domain::MonitorId& id);
  // nullopt: `limit` monitors exist already (counted in the same transaction).
  std::optional<domain::Monitor> create(const NewMonitor& params, std::size_t limit);
  std::optional<domain::Monitor> edit(const domain::UserId& user_id, const domain::MonitorId& id,
                                      const MonitorEdit& edit);
  // With its checks and incidents. false: absent.
  bool remove(const domain::UserId& user_id, const domain::MonitorId& id);

  // The last `count` checks of each monitor of the user, in one call.
  std::vector<MonitorHeartbeats> heartbeats(const domain::UserId& user_id, std::size_t count);
  std::optional<MonitorHeartbeats> heartbeats(const domain::UserId& user_id, const domain::MonitorId& id,
                                              std::size_t count);
  std::vector<domain::CheckResult> checks(const CheckQuery& query);
  Page<domain::Incident> incidents(const IncidentQuery& query);

  std::vector<domain::Round> rounds(const RoundQuery& query);
  std::optional<domain::Round> round(const domain::UserId& user_id, base::Timestamp slot);
  std::vector<domain::CheckResult> checks_of_round(const domain::UserId& user_id, base::Timestamp slot);

 private:
  Database& database_;
};

}  // namespace watchbill::store
