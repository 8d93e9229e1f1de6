#include "api/json/schedule_json.h"

#include <charconv>

#include "api/json/values.h"

namespace watchbill::api {

using nlohmann::json;

namespace {

std::string_view state_of(const domain::Schedule& schedule, base::Timestamp now) {
  // A round that was started goes on when its schedule is switched off.
  if (schedule.running(now)) return "running";
  if (!schedule.enabled) return "disabled";
  return schedule.queued(now) ? "queued" : "idle";
}

json duration_json(const std::optional<base::Millis>& duration) {
  return duration ? json(duration->count()) : json(nullptr);
}

}  // namespace

json schedule_json(const domain::Schedule& schedule, base::Timestamp now) {
  return {{"enabled", schedule.enabled},
          {"intervalMinutes", schedule.interval_minutes},
          {"nextRunAt", schedule.enabled ? time_json(schedule.next_run_at) : json(nullptr)},
          {"lastRunAt", time_json(schedule.last_run_at)},
          {"lastStatus", text_or_null(schedule.last_status)},
          {"lastError", text_or_null(schedule.last_error)},
          {"lastDurationMs", duration_json(schedule.last_duration)},
          {"state", state_of(schedule, now)},
          {"updatedAt", time_json(schedule.updated_at)}};
}

json round_json(const domain::Round& round) {
  return {{"id", round_id(round.slot)},
          {"slot", time_json(round.slot)},
          {"startedAt", time_json(round.started_at)},
          {"finishedAt", time_json(round.finished_at)},
          {"latenessMs", round.lateness().count()},
          {"durationMs", round.duration().count()},
          {"status", domain::to_string(round.outcome)},
          {"error", text_or_null(round.error)},
          {"trigger", domain::to_string(round.trigger)},
          {"worker", round.worker},
          {"counts", counts_json(round.counts)},
          {"missedSlots", round.missed}};
}

json counts_json(const domain::CheckCounts& counts) {
  return {
      {"total", counts.processed()}, {"up", counts.up}, {"down", counts.down}, {"unknown", counts.unknown}};
}

std::string round_id(base::Timestamp slot) { return std::to_string(base::to_epoch_ms(slot)); }

std::optional<base::Timestamp> slot_of_round_id(std::string_view id) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), ms);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return base::from_epoch_ms(ms);
}

}  // namespace watchbill::api
