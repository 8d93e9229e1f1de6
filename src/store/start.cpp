// Taking authority for a round.
#include <fmt/format.h>

#include <unordered_map>

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

// The slot is the row's nextRunAt, if that has come. A round ahead of it (an order, or a plan that was moved
// while the job waited) and one of a schedule that is switched off get a slot of their own, now, and the
// planned one stays planned.
StartedRound started_round(Database& database, ClaimRow row, std::vector<MonitorRow> monitors,
                           Timestamp now) {
  auto& claim = row.claim;
  if (!row.enabled || claim.slot > now) claim.slot = unused_slot(database, claim.user_id, now);
  return {std::move(claim), now, to_monitors(std::move(monitors))};
}

std::unordered_map<UserId, std::vector<MonitorRow>> active_monitors(Database& database, const Keys& users) {
  std::unordered_map<UserId, std::vector<MonitorRow>> monitors;
  auto& query = database.keyed_query<MonitorRow>(
      fmt::format("SELECT {} FROM UserMonitor WHERE userId IN (:keys) AND paused = 0", MonitorRow::kColumns));
  for (auto& row : query.all(users)) {
    const auto user = row.monitor.user_id;
    monitors[user].push_back(std::move(row));
  }
  return monitors;
}

// By somebody who gave no fence the row says nothing but his name. A worker's is told by its beginning; a
// dispatcher that is not ours has any other.
bool held_by_worker(const Schedule& schedule) { return schedule.locked_by.starts_with("worker-"); }

std::optional<StartRefusal> refusal(const Schedule& schedule, bool only_if_due, Timestamp now) {
  const bool locked = schedule.locked_until && *schedule.locked_until > now;
  const bool in_queue = locked && !held_by_worker(schedule);
  if (only_if_due) {
    if (!schedule.enabled || schedule.next_run_at > now) return StartRefusal::not_due;
    if (locked && !in_queue) return StartRefusal::already_running;
  } else if (schedule.running(now) && !in_queue) {
    return StartRefusal::already_running;
  }
  return std::nullopt;
}

}  // namespace

using Started = std::vector<std::optional<StartedRound>>;

std::vector<std::optional<StartedRound>> Schedules::start(const StartRounds& params) {
  Started started;
  try {
    database_.write([&] { started = take_claims(params); });
  } catch (const Unavailable& e) {
    if (!e.outcome_unknown) throw;
    keep_held(started, params.worker);
  }
  return started;
}

Started Schedules::take_claims(const StartRounds& params) {
  auto rows = lock_claims(database_, users_of(params.claims));
  const auto now = database_.now();
  std::vector<std::size_t> taken;
  Keys users;
  for (std::size_t at = 0; at < params.claims.size(); ++at) {
    const auto& claim = params.claims[at];
    const auto row = rows.find(claim.user_id);
    if (row == rows.end()) continue;
    const auto fence = row->second.claim.fence;
    auto& started_fence = row->second.started_fence;
    if (fence != claim.fence || started_fence >= claim.fence || !row->second.enabled) continue;
    started_fence = fence;  // a claim that is named twice is started once
    taken.push_back(at);
    users.push_back(claim.user_id);
  }
  auto& take = database_.keyed_command<std::string, Timestamp>(
      "UPDATE UserMonitorSchedule SET startedFence = fence, lockedBy = :worker, lockedUntil = :until "
      "WHERE userId IN (:keys)");
  take.later(params.worker, now + params.lease, users);
  auto monitors = active_monitors(database_, users);
  Started started(params.claims.size());
  for (const auto at : taken) {
    const auto& user = params.claims[at].user_id;
    started[at] = started_round(database_, std::move(rows.at(user)), std::move(monitors[user]), now);
  }
  return started;
}

// After a commit whose answer was lost: what of it is in the database.
void Schedules::keep_held(Started& started, const std::string& worker) {
  Keys users;
  for (const auto& round : started)
    if (round) users.push_back(round->claim.user_id);
  // Waits for the commit, should it still be on its way.
  const auto rows = database_.write([&] { return lock_claims(database_, users); });
  for (auto& round : started) {
    if (!round) continue;
    const auto row = rows.find(round->claim.user_id);
    const bool is_held = row != rows.end() && row->second.claim.fence == round->claim.fence &&
                         row->second.started_fence == round->claim.fence && row->second.locked_by == worker;
    if (!is_held) round.reset();
  }
}

std::variant<StartedRound, StartRefusal> Schedules::claim_and_start(const ClaimAndStart& params) {
  std::variant<StartedRound, StartRefusal> result;
  try {
    database_.write([&] { result = take_user(params); });
  } catch (const Unavailable& e) {
    if (!e.outcome_unknown || !std::holds_alternative<StartedRound>(result)) throw;
    Started started{std::get<StartedRound>(result)};
    keep_held(started, params.worker);
    if (!started.front()) throw;
  }
  return result;
}

std::variant<StartedRound, StartRefusal> Schedules::take_user(const ClaimAndStart& params) {
  const auto schedule = lock_schedule(database_, params.user_id);
  if (!schedule) return StartRefusal::unknown_user;
  const auto now = database_.now();
  if (const auto why = refusal(*schedule, params.only_if_due, now)) return *why;
  auto& take = database_.command<Fence, std::string, Timestamp, UserId>(
      "UPDATE UserMonitorSchedule SET fence = :fence, startedFence = :fence, lockedBy = :worker, "
      "lockedUntil = :until WHERE userId = :user");
  // By the id as the row has it: a database may find it in other letters too.
  const Keys user{schedule->user_id};
  take.later(schedule->fence + 1, params.worker, now + params.lease, schedule->user_id);
  auto row = read_claims(database_, user).at(schedule->user_id);
  auto& email = database_.query<std::string, UserId>("SELECT email FROM User WHERE id = :user");
  row.claim.user_email = email.first(schedule->user_id).value_or("");
  return started_round(database_, std::move(row),
                       std::move(active_monitors(database_, user)[schedule->user_id]), now);
}

}  // namespace watchbill::store
