// Rounds and checks as rows.
#pragma once

#include "domain/round.h"
#include "domain/verdict.h"
#include "store/database.h"

namespace watchbill::store {

struct RoundRow {
  static constexpr const char* kColumns =
      "userId, slot, fence, triggeredBy, worker, startedAt, finishedAt, outcome, error, up, down, unknown, "
      "missed";

  domain::Round round;
  std::string trigger;
  std::string outcome;

  auto columns() {
    auto& r = round;
    return std::tie(r.user_id, r.slot, r.fence, trigger, r.worker, r.started_at, r.finished_at, outcome,
                    r.error, r.counts.up, r.counts.down, r.counts.unknown, r.missed);
  }
};

domain::Round to_round(RoundRow row);
std::optional<domain::Round> find_round(Database& database, const domain::UserId& user_id,
                                        base::Timestamp slot);

class RoundInsert {
 public:
  explicit RoundInsert(Database& database);

  // Returns false, and changes nothing, when the user has a round of that slot already.
  bool operator()(const domain::Round& round);

 private:
  using MaybeText = std::optional<std::string>;

  Command<std::string, base::Timestamp, domain::Fence, std::string, std::string, base::Timestamp,
          base::Timestamp, std::string, MaybeText, int, int, int, std::int64_t>& command_;
};

struct CheckRow {
  static constexpr const char* kColumns =
      "monitorId, at, verdict, cause, phase, totalUs, resolveUs, connectUs, tlsUs, firstByteUs, httpStatus, "
      "certificateDaysLeft, address, detail, redirects";

  using Micros = std::optional<std::int64_t>;

  domain::CheckResult check;
  std::string verdict, cause, phase;
  std::int64_t total = 0;
  Micros resolve, connect, tls, first_byte;
  std::string redirects;

  auto columns() {
    auto& f = check.finding;
    return std::tie(check.monitor_id, check.at, verdict, cause, phase, total, resolve, connect, tls,
                    first_byte, f.http_status, f.certificate_days_left, f.address, f.detail, redirects);
  }
};

domain::CheckResult to_check(CheckRow row);
void insert_check(Database& database, const domain::UserId& user_id, base::Timestamp slot,
                  const domain::CheckResult& check);

}  // namespace watchbill::store
