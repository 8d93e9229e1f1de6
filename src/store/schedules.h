// The protocol of a round (docs/design/protocol.md), each step one conditional write, many steps a
// transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/incident.h"
#include "domain/round.h"
#include "domain/schedule.h"

namespace watchbill::store {

class Database;
class LeaseRepair;

struct ClaimDue {
  std::size_t limit = 20;
  std::string owner;        // "dispatcher-…"
  base::Millis lock_ttl{};  // how long a claim may wait in the queue
  // In a run of full batches the `due_since` of the last one claimed: nobody before is looked at. What was
  // claimed leaves entries at the head of the index until a server has removed them, each of which costs a
  // look.
  std::optional<base::Timestamp> from{};
};

// Names one claim of one user.
struct ClaimRef {
  domain::UserId user_id;
  domain::Fence fence = 0;
};

struct StartRounds {
  std::string worker;  // "worker-…"
  base::Millis lease{};
  std::vector<ClaimRef> claims;
};

struct ClaimAndStart {
  domain::UserId user_id;
  std::string worker;
  base::Millis lease{};
  // true: only where the user is enabled and due, and the row is free, expired or held by a dispatcher (a job
  // without a fence). false: an operator's order, due or not, enabled or not; refused only while a round
  // runs.
  bool only_if_due = true;
};

enum class StartRefusal { unknown_user, not_due, already_running };

// What a check does to its monitor, decided by domain::apply_finding().
struct MonitorUpdate {
  domain::MonitorId monitor_id;
  base::Timestamp monitor_updated_at;  // as seen at start: an edited monitor keeps the state the edit gave it
  domain::StatusChange change;
  domain::Cause cause = domain::Cause::ok;
  std::string detail;
};

struct FinishedRound {
  domain::Round round;  // `missed` is filled in by finish()
  std::vector<domain::CheckResult> results;
  std::vector<MonitorUpdate> updates;
};

struct FinishResult {
  bool recorded = false;  // false: authority lost, nothing was written
  base::Timestamp next_run_at;
  std::int64_t missed = 0;
};

struct ScheduleEdit {
  std::optional<bool> enabled;
  std::optional<int> interval_minutes;  // valid_interval()
};

// Blocking; on the store's thread.
class Schedules {
 public:
  explicit Schedules(Database& database);
  ~Schedules();

  // Claims users whose claimableAt has come, the longest waiting first. Disabled users' (User.disabled) rows
  // too: disabling a user disables his schedule.
  std::vector<domain::Claim> claim_due(const ClaimDue& params);

  // How many are due and unclaimed, since `from` if that is given; counting up to `limit`.
  std::int64_t count_due(std::int64_t limit, std::optional<base::Timestamp> from = {});

  // When the next claim will be possible; none when no schedule is enabled. May lie in the past.
  std::optional<base::Timestamp> next_due();

  // Drops claims that were not started; started ones stay.
  void release(const std::vector<ClaimRef>& claims);

  // What `owner` ("dispatcher-…") claimed and nobody started.
  std::vector<ClaimRef> claims_of(const std::string& owner);

  // Frees everything that `owners` ("dispatcher-…", "worker-…") hold, started or not: for the next start of a
  // process that died. Returns how many rows.
  std::int64_t release_held_by(const std::vector<std::string>& owners);

  // Takes authority; one entry per claim, without the user's address; none where the job is stale, doubled or
  // its user disabled.
  std::vector<std::optional<domain::StartedRound>> start(const StartRounds& params);

  // With his address.
  std::variant<domain::StartedRound, StartRefusal> claim_and_start(const ClaimAndStart& params);

  // Extends leases of started rounds; false where authority was lost.
  std::vector<bool> renew(const std::vector<ClaimRef>& started, base::Millis lease);

  // Undoes a start: the claim may be started again (by its redelivered job, or by the next claim after
  // `delay`).
  void give_back(const std::vector<ClaimRef>& started, base::Millis delay);

  // Records many rounds in one transaction. Repeating a call whose outcome was unknown is safe: a round that
  // was recorded with the same fence is reported as recorded.
  std::vector<FinishResult> finish(const std::vector<FinishedRound>& rounds);

  std::optional<domain::Schedule> find(const domain::UserId& user_id);
  // A user of the application that this database belongs to may have none: he gets one that is switched off.
  // nullopt: no such user.
  std::optional<domain::Schedule> find_or_make(const domain::UserId& user_id);
  // Of those of `users` who have one, in no order.
  std::vector<domain::Schedule> find_all(const std::vector<domain::UserId>& users);
  // Keeps the phase (domain::slot_after_edit); enabling a schedule whose slot passed gives it the next one of
  // its phase. A user who has none gets one, as by find_or_make(). nullopt: no such user.
  std::optional<domain::Schedule> edit(const domain::UserId& user_id, const ScheduleEdit& edit);
  // Due now; a running round keeps its lock and the user is claimed after it. Enabled schedules only: a
  // disabled one is returned unchanged.
  std::optional<domain::Schedule> run_now(const domain::UserId& user_id);

  // The database's clock.
  base::Timestamp now();

 private:
  struct DueRow;

  std::optional<domain::Schedule> make(const domain::UserId& user_id);
  std::vector<DueRow> lock_due(const ClaimDue& params);
  std::vector<std::optional<domain::StartedRound>> take_claims(const StartRounds& params);
  void keep_held(std::vector<std::optional<domain::StartedRound>>& started, const std::string& worker);
  std::variant<domain::StartedRound, StartRefusal> take_user(const ClaimAndStart& params);
  std::vector<domain::Claim> take_due(const ClaimDue& params);
  std::vector<domain::Claim> claims_held(std::vector<domain::Claim> claims, const std::string& owner);

  Database& database_;
  std::unique_ptr<LeaseRepair> repair_;
};

}  // namespace watchbill::store
