// Recording rounds: outcome, next slot, monitors' states, incidents and alerts, in one transaction.
#include <fmt/format.h>

#include "base/id.h"
#include "store/database.h"
#include "store/round_rows.h"
#include "store/schedules.h"
#include "store/transitions.h"

namespace watchbill::store {

using base::Timestamp;
using domain::Fence;
using domain::UserId;
using Text = std::string;

namespace {

// What the database holds when the round is to be recorded.
struct Standing {
  Fence fence = 0;
  Fence started_fence = 0;
  Timestamp next_run_at;
  int interval_minutes = 1;
  std::optional<Timestamp> rounds_from;

  auto columns() { return std::tie(fence, started_fence, next_run_at, interval_minutes, rounds_from); }
};

// The commit of an earlier call may have arrived although its answer did not.
FinishResult recorded_before(Database& database, const domain::Round& round,
                             const std::optional<Standing>& row) {
  const auto earlier = row ? find_round(database, round.user_id, round.slot) : std::nullopt;
  if (!earlier || earlier->fence != round.fence) return {};
  return {true, row->next_run_at, earlier->missed};
}

// A "run now" or an edit made during the round stays; what lies before it and has passed was missed.
domain::NextSlot next_slot(const Standing& row, Timestamp slot, Timestamp now) {
  if (row.next_run_at == slot) return domain::next_slot(slot, row.interval_minutes, now);
  const auto end = std::min(row.next_run_at, now + base::Millis(1));
  return {row.next_run_at, domain::slots_before(end, slot, row.interval_minutes)};
}

// The statements of one batch.
class Recorder {
 public:
  explicit Recorder(Database& database)
      : database_(database),
        find_(database.query<Standing, UserId>(fmt::format(
            "SELECT fence, startedFence, nextRunAt, intervalMinutes, roundsFrom FROM UserMonitorSchedule "
            "WHERE userId = :user{}",
            database.dialect().for_update()))),
        insert_(database),
        advance_(
            database.command<Timestamp, Timestamp, Text, MaybeText, std::int64_t, Timestamp, Text, Fence>(
                "UPDATE UserMonitorSchedule SET nextRunAt = :next, lockedUntil = NULL, lockedBy = NULL, "
                "lastRunAt = :started, lastStatus = :outcome, lastError = :error, lastDuration = :duration, "
                "updatedAt = :now WHERE userId = :user AND fence = :fence AND startedFence = :fence")),
        now_(database.now()) {}

  FinishResult record(const FinishedRound& finished);

 private:
  using MaybeText = std::optional<Text>;

  void advance(const domain::Round& round, Timestamp next);
  void note_history(const domain::Round& round);
  void record_checks(const FinishedRound& finished);

  Database& database_;
  Query<Standing, UserId>& find_;
  RoundInsert insert_;
  Command<Timestamp, Timestamp, Text, MaybeText, std::int64_t, Timestamp, Text, Fence>& advance_;
  const Timestamp now_;
};

FinishResult Recorder::record(const FinishedRound& finished) {
  auto round = finished.round;
  const auto row = find_.first(round.user_id);
  if (!row || row->fence != round.fence || row->started_fence != round.fence)
    return recorded_before(database_, round, row);

  const auto next = next_slot(*row, round.slot, now_);
  round.missed = next.missed;
  if (!insert_(round)) {
    const auto earlier = recorded_before(database_, round, row);
    if (earlier.recorded) return earlier;
    // A slot that came twice, because the clock was set back: its first outcome stays.
  }
  advance(round, next.slot);
  if (!row->rounds_from || *row->rounds_from > round.slot) note_history(round);
  record_checks(finished);
  return {true, next.slot, next.missed};
}

void Recorder::advance(const domain::Round& round, Timestamp next) {
  advance_(next, round.started_at, Text(to_string(round.outcome)),
           round.error.empty() ? std::nullopt : MaybeText(round.error), round.duration().count(), now_,
           round.user_id, round.fence);
}

// Where retention looks for what is too old.
void Recorder::note_history(const domain::Round& round) {
  database_.command<Timestamp, UserId>(
      "UPDATE UserMonitorSchedule SET roundsFrom = :slot WHERE userId = :user")(round.slot, round.user_id);
}

void Recorder::record_checks(const FinishedRound& finished) {
  const auto& round = finished.round;
  for (const auto& check : finished.results) record_check(database_, round, check);
  for (const auto& update : finished.updates) update_monitor(database_, round.user_id, update, now_);
}

}  // namespace

std::vector<FinishResult> Schedules::finish(const std::vector<FinishedRound>& rounds) {
  return database_.write([&] {
    Recorder recorder(database_);
    std::vector<FinishResult> results;
    results.reserve(rounds.size());
    for (const auto& round : rounds) results.push_back(recorder.record(round));
    return results;
  });
}

}  // namespace watchbill::store
