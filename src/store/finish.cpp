// Recording rounds: outcome, next slot, monitors' states, incidents and alerts, in one transaction. All that
// is read is read first and all that is written is written at the end, so that a batch takes a server two
// answers.
#include <algorithm>
#include <unordered_map>

#include "store/database.h"
#include "store/round_rows.h"
#include "store/schedule_rows.h"
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
  UserId user_id;
  Text id;
  Fence fence = 0;
  Fence started_fence = 0;
  Timestamp next_run_at;
  int interval_minutes = 1;
  std::optional<Timestamp> rounds_from;
  bool is_locked = false;

  auto columns() {
    return std::tie(user_id, id, fence, started_fence, next_run_at, interval_minutes, rounds_from, is_locked);
  }
};

// The commit of an earlier call may have arrived although its answer did not.
FinishResult recorded_before(Database& database, const domain::Round& round, const Standing& row) {
  const auto earlier = find_round(database, round.user_id, round.slot);
  if (!earlier || earlier->fence != round.fence) return {};
  return {true, row.next_run_at, earlier->missed};
}

// A "run now" or an edit made during the round stays; what lies before it and has passed was missed.
domain::NextSlot next_slot(const Standing& row, Timestamp slot, Timestamp now) {
  const int interval = clamped_interval(row.interval_minutes);
  if (row.next_run_at == slot) return domain::next_slot(slot, interval, now);
  const auto end = std::min(row.next_run_at, now + base::Millis(1));
  return {row.next_run_at, domain::slots_before(end, slot, interval)};
}

const BulkChange kAdvance{.kind = BulkChange::Kind::update,
                          .table = "UserMonitorSchedule",
                          .columns = {"userId", "id", "nextRunAt", "lastRunAt", "lastStatus", "lastError",
                                      "lastDuration", "updatedAt"},
                          .keys = 2,
                          .also = "lockedUntil = NULL, lockedBy = NULL"};
// The same for a user's oldest round: retention looks there for what is too old.
const BulkChange kAdvanceFirst{.kind = BulkChange::Kind::update,
                               .table = "UserMonitorSchedule",
                               .columns = {"userId", "id", "nextRunAt", "lastRunAt", "lastStatus",
                                           "lastError", "lastDuration", "updatedAt", "roundsFrom"},
                               .keys = 2,
                               .also = "lockedUntil = NULL, lockedBy = NULL"};

// One batch, in which each user comes once.
class Recorder {
 public:
  // Of `users`, `checked` have rounds with checks.
  Recorder(Database& database, const Keys& users, const Keys& checked);

  FinishResult record(const FinishedRound& finished);
  void write();

 private:
  using MaybeText = std::optional<Text>;
  using Advance = Bulk<UserId, Text, Timestamp, Timestamp, Text, MaybeText, std::int64_t, Timestamp>;
  using AdvanceFirst =
      Bulk<UserId, Text, Timestamp, Timestamp, Text, MaybeText, std::int64_t, Timestamp, Timestamp>;

  void advance(const domain::Round& round, const Standing& row, Timestamp next);

  Database& database_;
  std::unordered_map<UserId, Standing> standings_;
  RoundWriter rounds_;
  Advance& advance_;
  AdvanceFirst& advance_first_;
  CheckRecorder checks_;
  Timestamp now_;
};

Recorder::Recorder(Database& database, const Keys& users, const Keys& checked)
    : database_(database),
      rounds_(database),
      advance_(database.bulk<UserId, Text, Timestamp, Timestamp, Text, MaybeText, std::int64_t, Timestamp>(
          kAdvance)),
      advance_first_(database.bulk<UserId, Text, Timestamp, Timestamp, Text, MaybeText, std::int64_t,
                                   Timestamp, Timestamp>(kAdvanceFirst)),
      checks_(database) {
  auto& find = database.keyed_query<Standing>(
      Text("SELECT userId, id, fence, startedFence, coalesce(nextRunAt, createdAt), intervalMinutes, "
           "roundsFrom, "
           "lockedUntil IS NOT NULL FROM UserMonitorSchedule WHERE userId IN (:keys)") +
      database.engine().for_update());
  const auto rows = find.ask(users);
  checks_.read(checked);
  database.engine().settle();
  now_ = database.now();
  for (auto& row : *rows) {
    const auto user = row.user_id;
    standings_.emplace(user, std::move(row));
  }
}

FinishResult Recorder::record(const FinishedRound& finished) {
  auto round = finished.round;
  const auto found = standings_.find(round.user_id);
  if (found == standings_.end()) return {};
  const auto& row = found->second;
  if (row.fence != round.fence || row.started_fence != round.fence)
    return recorded_before(database_, round, row);
  // Without a lock it was recorded before, or somebody cleared the lock by hand.
  if (!row.is_locked)
    if (const auto earlier = recorded_before(database_, round, row); earlier.recorded) return earlier;

  const auto next = next_slot(row, round.slot, now_);
  round.missed = next.missed;
  // A slot that came twice, because the clock was set back: its first outcome stays.
  rounds_.add(round);
  advance(round, row, next.slot);
  checks_.add(finished);
  return {true, next.slot, next.missed};
}

void Recorder::advance(const domain::Round& round, const Standing& row, Timestamp next) {
  const Text outcome(to_string(round.outcome));
  const auto error = round.error.empty() ? std::nullopt : MaybeText(round.error);
  const auto duration = round.duration().count();
  if (!row.rounds_from || *row.rounds_from > round.slot)
    advance_first_.add(row.user_id, row.id, next, round.started_at, outcome, error, duration, now_,
                       round.slot);
  else
    advance_.add(row.user_id, row.id, next, round.started_at, outcome, error, duration, now_);
}

void Recorder::write() {
  rounds_.flush();
  advance_first_.flush();
  advance_.flush();
  checks_.write(now_);
}

// Of those that are not done the first of each user, in the order of the keys, as all who lock several rows
// do.
std::vector<std::size_t> one_of_each_user(const std::vector<FinishedRound>& rounds,
                                          const std::vector<bool>& done) {
  std::vector<std::size_t> batch;
  for (std::size_t at = 0; at < rounds.size(); ++at)
    if (!done[at]) batch.push_back(at);
  const auto user = [&](std::size_t at) -> const UserId& { return rounds[at].round.user_id; };
  std::ranges::stable_sort(batch, {}, user);
  const auto repeated = std::ranges::unique(batch, {}, user);
  batch.erase(repeated.begin(), repeated.end());
  return batch;
}

}  // namespace

std::vector<FinishResult> Schedules::finish(const std::vector<FinishedRound>& rounds) {
  return database_.write([&] {
    std::vector<FinishResult> results(rounds.size());
    std::vector<bool> done(rounds.size());
    // Once, as a rule: a user comes again only with an older claim, or when somebody repeats himself.
    while (std::find(done.begin(), done.end(), false) != done.end()) {
      const auto batch = one_of_each_user(rounds, done);
      Keys all, checked;
      for (const auto at : batch) {
        const auto& user = rounds[at].round.user_id;
        all.push_back(user);
        if (!rounds[at].results.empty()) checked.push_back(user);
      }
      Recorder recorder(database_, all, checked);
      for (const auto at : batch) {
        results[at] = recorder.record(rounds[at]);
        done[at] = true;
      }
      recorder.write();
    }
    return results;
  });
}

}  // namespace watchbill::store
