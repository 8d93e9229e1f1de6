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

// Many rounds at once. A slot for which the user has a round already keeps that one.
class RoundWriter {
 public:
  explicit RoundWriter(Database& database);
  void add(const domain::Round& round);
  void flush() { rows_.flush(); }

 private:
  using MaybeText = std::optional<std::string>;

  Bulk<std::string, base::Timestamp, domain::Fence, std::string, std::string, base::Timestamp,
       base::Timestamp, std::string, MaybeText, int, int, int, std::int64_t>& rows_;
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

// Many results at once.
class CheckWriter {
 public:
  explicit CheckWriter(Database& database);
  void add(const domain::UserId& user_id, base::Timestamp slot, const domain::CheckResult& check);
  void flush() { rows_.flush(); }

 private:
  using Text = std::string;
  using MaybeText = std::optional<std::string>;
  using MaybeInt = std::optional<std::int64_t>;

  Bulk<Text, Text, base::Timestamp, base::Timestamp, Text, Text, Text, std::int64_t, MaybeInt, MaybeInt,
       MaybeInt, MaybeInt, std::optional<int>, std::optional<int>, MaybeText, MaybeText, MaybeText>& rows_;
};

}  // namespace watchbill::store
