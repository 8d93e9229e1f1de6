#include "store/round_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace watchbill::store {

using base::Timestamp;
using Text = std::string;
using MaybeText = std::optional<std::string>;
using MaybeInt = std::optional<std::int64_t>;

namespace {

// Most rows have none of these: NULL takes no space.
MaybeText text_or_null(const std::string& text) { return text.empty() ? std::nullopt : MaybeText(text); }

MaybeInt to_number(const std::optional<std::chrono::microseconds>& time) {
  return time ? MaybeInt(time->count()) : std::nullopt;
}

std::optional<std::chrono::microseconds> to_time(const MaybeInt& us) {
  return us ? std::optional(std::chrono::microseconds(*us)) : std::nullopt;
}

MaybeText to_json(const std::vector<std::string>& redirects) {
  if (redirects.empty()) return std::nullopt;
  return nlohmann::json(redirects).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const BulkChange kRounds{.kind = BulkChange::Kind::insert_missing,
                         .table = "MonitorRound",
                         .columns = {"userId", "slot", "fence", "triggeredBy", "worker", "startedAt",
                                     "finishedAt", "outcome", "error", "up", "down", "unknown", "missed"}};
const BulkChange kChecks{.kind = BulkChange::Kind::insert_missing,
                         .table = "MonitorCheck",
                         .columns = {"userId", "monitorId", "at", "slot", "verdict", "cause", "phase",
                                     "totalUs", "resolveUs", "connectUs", "tlsUs", "firstByteUs",
                                     "httpStatus", "certificateDaysLeft", "address", "detail", "redirects"}};

std::vector<std::string> from_json(const std::string& text) {
  std::vector<std::string> redirects;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return redirects;
  for (const auto& url : json)
    if (url.is_string()) redirects.push_back(url);
  return redirects;
}

}  // namespace

domain::Round to_round(RoundRow row) {
  row.round.trigger = domain::trigger_from_string(row.trigger).value_or(domain::Trigger::schedule);
  row.round.outcome = domain::outcome_from_string(row.outcome).value_or(domain::Outcome::failed);
  return std::move(row.round);
}

std::optional<domain::Round> find_round(Database& database, const domain::UserId& user_id, Timestamp slot) {
  auto& query = database.query<RoundRow, Text, Timestamp>(
      fmt::format("SELECT {} FROM MonitorRound WHERE userId = :user AND slot = :slot", RoundRow::kColumns));
  auto row = query.first(user_id, slot);
  if (!row) return std::nullopt;
  return to_round(std::move(*row));
}

RoundWriter::RoundWriter(Database& database)
    : rows_(database.bulk<Text, Timestamp, domain::Fence, Text, Text, Timestamp, Timestamp, Text, MaybeText,
                          int, int, int, std::int64_t>(kRounds)) {}

void RoundWriter::add(const domain::Round& round) {
  rows_.add(round.user_id, round.slot, round.fence, Text(to_string(round.trigger)), round.worker,
            round.started_at, round.finished_at, Text(to_string(round.outcome)), text_or_null(round.error),
            round.counts.up, round.counts.down, round.counts.unknown, round.missed);
}

domain::CheckResult to_check(CheckRow row) {
  auto& finding = row.check.finding;
  finding.verdict = domain::verdict_from_string(row.verdict).value_or(domain::Verdict::unknown);
  finding.cause = domain::cause_from_string(row.cause).value_or(domain::Cause::internal_error);
  finding.phase = domain::phase_from_string(row.phase).value_or(domain::Phase::none);
  finding.times = {to_time(row.resolve), to_time(row.connect), to_time(row.tls), to_time(row.first_byte),
                   std::chrono::microseconds(row.total)};
  if (!row.redirects.empty()) finding.redirects = from_json(row.redirects);
  return std::move(row.check);
}

CheckWriter::CheckWriter(Database& database)
    : rows_(database.bulk<Text, Text, Timestamp, Timestamp, Text, Text, Text, std::int64_t, MaybeInt,
                          MaybeInt, MaybeInt, MaybeInt, std::optional<int>, std::optional<int>, MaybeText,
                          MaybeText, MaybeText>(kChecks)) {}

void CheckWriter::add(const domain::UserId& user_id, Timestamp slot, const domain::CheckResult& check) {
  const auto& f = check.finding;
  rows_.add(user_id, check.monitor_id, check.at, slot, Text(to_string(f.verdict)), Text(to_string(f.cause)),
            Text(to_string(f.phase)), f.times.total.count(), to_number(f.times.resolve),
            to_number(f.times.connect), to_number(f.times.tls), to_number(f.times.first_byte), f.http_status,
            f.certificate_days_left, text_or_null(f.address), text_or_null(f.detail), to_json(f.redirects));
}

}  // namespace watchbill::store
