// Removing what is too old, a bounded number of rows at a time.
#pragma once

#include <cstdint>

#include "domain/monitor.h"
#include "store/database.h"
#include "store/store.h"

namespace watchbill::store {

// Inside the transaction that deletes the owner: rounds, checks and roll-ups of the monitor (of the user,
// where `monitor_id` is empty) are no longer shown, and purge() removes them.
void leave_history_to_retention(Database& database, const domain::UserId& user_id,
                                const domain::MonitorId& monitor_id);

// See Store::purge().
std::int64_t purge_batch(Database& database, const Retention& retention);

}  // namespace watchbill::store
