// Taking authority for a round.
#include "store/database.h"
#include "store/monitor_rows.h"
#include "store/schedule_rows.h"
#include "store/schedules.h"

namespace watchbill::store {

using base::Timestamp;
using domain::Fence;
using domain::Schedule;
using domain::StartedRound;
using domain::UserId;

namespace {

struct ClaimRow {
  domain::Claim claim;

  auto columns() {
    return std::tie(claim.user_id, claim.slot, claim.fence, claim.interval_minutes, claim.user_email);
  }
};

// Reads back what a round needs, once the row is ours.
class RoundReader {
 public:
  explicit RoundReader(Database& database)
      : claim_(database.query<ClaimRow, UserId>(
            "SELECT s.userId, s.nextRunAt, s.fence, s.intervalMinutes, u.email FROM UserMonitorSchedule s "
            "LEFT JOIN User u ON u.id = s.userId WHERE s.userId = :user")),
        monitors_(active_monitors(database)) {}

  // The slot is the row's nextRunAt.
  StartedRound read(const UserId& user_id, Timestamp now) {
    return {claim_.value(user_id).claim, now, to_monitors(monitors_.all(user_id))};
  }

 private:
  Query<ClaimRow, UserId>& claim_;
  MonitorQuery& monitors_;
};

// By a dispatcher that gave no fence the row says nothing but its name.
bool held_by_dispatcher(const Schedule& schedule) { return schedule.locked_by.starts_with("dispatcher-"); }

std::optional<StartRefusal> refusal(const Schedule& schedule, bool only_if_due, Timestamp now) {
  const bool locked = schedule.locked_until && *schedule.locked_until > now;
  const bool in_queue = locked && held_by_dispatcher(schedule);
  if (only_if_due) {
    if (!schedule.enabled || schedule.next_run_at > now) return StartRefusal::not_due;
    if (locked && !in_queue) return StartRefusal::already_running;
  } else if (schedule.running(now) && !in_queue) {
    return StartRefusal::already_running;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::optional<StartedRound>> Schedules::start(const StartRounds& params) {
  return database_.write([&] {
    auto& take = database_.command<Fence, std::string, Timestamp, UserId>(
        "UPDATE UserMonitorSchedule SET startedFence = :fence, lockedBy = :worker, lockedUntil = :until "
        "WHERE userId = :user AND fence = :fence AND startedFence < :fence AND enabled = 1");
    RoundReader reader(database_);
    const auto now = database_.now();
    std::vector<std::optional<StartedRound>> started(params.claims.size());
    for (std::size_t i = 0; i < params.claims.size(); ++i) {
      const auto& claim = params.claims[i];
      if (take(claim.fence, params.worker, now + params.lease, claim.user_id) == 1)
        started[i] = reader.read(claim.user_id, now);
    }
    return started;
  });
}

std::variant<StartedRound, StartRefusal> Schedules::claim_and_start(const ClaimAndStart& params) {
  using Result = std::variant<StartedRound, StartRefusal>;
  return database_.write([&]() -> Result {
    const auto schedule = find_schedule(database_, params.user_id);
    if (!schedule) return StartRefusal::unknown_user;
    const auto now = database_.now();
    if (const auto why = refusal(*schedule, params.only_if_due, now)) return *why;
    database_.command<Fence, std::string, Timestamp, UserId>(
        "UPDATE UserMonitorSchedule SET fence = :fence, startedFence = :fence, lockedBy = :worker, "
        "lockedUntil = :until WHERE userId = :user")(schedule->fence + 1, params.worker, now + params.lease,
                                                     params.user_id);
    auto round = RoundReader(database_).read(params.user_id, now);
    // Ahead of its time: a round of its own slot, now, and the planned one stays planned.
    if (round.claim.slot > now) round.claim.slot = unused_slot(database_, params.user_id, now);
    return round;
  });
}

}  // namespace watchbill::store
