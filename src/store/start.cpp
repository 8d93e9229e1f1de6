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
  bool enabled = true;

  auto columns() {
    return std::tie(claim.user_id, claim.slot, claim.fence, claim.interval_minutes, claim.user_email,
                    enabled);
  }
};

// Reads back what a round needs, once the row is ours.
class RoundReader {
 public:
  explicit RoundReader(Database& database)
      : database_(database),
        claim_(database.query<ClaimRow, UserId>(
            "SELECT s.userId, s.nextRunAt, s.fence, s.intervalMinutes, u.email, s.enabled "
            "FROM UserMonitorSchedule s LEFT JOIN User u ON u.id = s.userId WHERE s.userId = :user")),
        monitors_(active_monitors(database)) {}

  // The slot is the row's nextRunAt, if that has come. A round ahead of it (an order, or a plan that was
  // moved while the job waited) and one of a schedule that is switched off get a slot of their own, now, and
  // the planned one stays planned.
  StartedRound read(const UserId& user_id, Timestamp now) {
    auto [claim, enabled] = claim_.value(user_id);
    if (!enabled || claim.slot > now) claim.slot = unused_slot(database_, user_id, now);
    return {std::move(claim), now, to_monitors(monitors_.all(user_id))};
  }

 private:
  Database& database_;
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
    const auto schedule = lock_schedule(database_, params.user_id);
    if (!schedule) return StartRefusal::unknown_user;
    const auto now = database_.now();
    if (const auto why = refusal(*schedule, params.only_if_due, now)) return *why;
    auto& take = database_.command<Fence, std::string, Timestamp, UserId, Fence>(
        "UPDATE UserMonitorSchedule SET fence = :fence, startedFence = :fence, lockedBy = :worker, "
        "lockedUntil = :until WHERE userId = :user AND fence = :seen");
    if (take(schedule->fence + 1, params.worker, now + params.lease, params.user_id, schedule->fence) != 1)
      return StartRefusal::already_running;
    return RoundReader(database_).read(params.user_id, now);
  });
}

}  // namespace watchbill::store
