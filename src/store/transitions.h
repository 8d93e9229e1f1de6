// What a recorded check does to its monitor: state, incident, alerts. Inside the transaction of finish().
#pragma once

#include "domain/round.h"
#include "store/database.h"
#include "store/schedules.h"

namespace watchbill::store {

// Keeps the result, unless its monitor was deleted meanwhile.
void record_check(Database& database, const domain::Round& round, const domain::CheckResult& check);

// Applies the change unless the monitor was edited meanwhile. A transition opens or closes the incident and
// writes one line into the outbox for each enabled channel of the user.
void update_monitor(Database& database, const domain::UserId& user_id, const MonitorUpdate& update,
                    base::Timestamp now);

// When an edit makes the monitor's state unknown: its incident ends, and nobody is told.
void close_incident(Database& database, const domain::UserId& user_id, const domain::MonitorId& monitor_id,
                    base::Timestamp at);

}  // namespace watchbill::store
