// What a recorded check does to its monitor: state, incident, alerts. Inside the transaction of finish().
#pragma once

#include <memory>
#include <vector>

#include "domain/round.h"
#include "store/database.h"
#include "store/round_rows.h"
#include "store/schedules.h"

namespace watchbill::store {

// The checks of one batch of rounds. read() and write() go with what comes before and after them.
class CheckRecorder {
 public:
  explicit CheckRecorder(Database& database);

  // Locks the monitors of `users`; they are known after the next statement that is not queued.
  void read(const Keys& users);
  // Results are kept unless their monitor was deleted meanwhile, changes unless it was edited. A transition
  // opens or closes the incident and writes one line into the outbox for each enabled channel of the user.
  void add(const FinishedRound& finished);
  void write(base::Timestamp now);

 private:
  struct Standing;
  struct Transitioned {
    domain::UserId user_id;
    const MonitorUpdate* update;
  };

  const Standing* find(const domain::UserId& user_id, const domain::MonitorId& monitor_id);
  void sort_once();

  Database& database_;
  CheckWriter results_;
  Bulk<std::string, std::string, base::Timestamp>& checks_from_;
  Bulk<std::string, std::string, std::string, base::Timestamp, int, int>& states_;
  std::shared_ptr<std::vector<Standing>> monitors_;
  bool sorted_ = false;
  std::vector<Transitioned> transitions_;
};

// When an edit makes the monitor's state unknown: its incident ends, and nobody is told.
void close_incident(Database& database, const domain::UserId& user_id, const domain::MonitorId& monitor_id,
                    base::Timestamp at);

}  // namespace watchbill::store
