#include "domain/round.h"

#include <fmt/format.h>

namespace watchbill::domain {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::success:
      return "success";
    case Outcome::failed:
      return "failed";
    case Outcome::skipped:
      return "skipped";
  }
  return "";
}

std::string_view to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::schedule:
      return "schedule";
    case Trigger::direct:
      return "direct";
    case Trigger::sync:
      return "sync";
  }
  return "";
}

std::optional<Outcome> outcome_from_string(std::string_view text) {
  for (auto outcome : {Outcome::success, Outcome::failed, Outcome::skipped})
    if (to_string(outcome) == text) return outcome;
  return std::nullopt;
}

std::optional<Trigger> trigger_from_string(std::string_view text) {
  for (auto trigger : {Trigger::schedule, Trigger::direct, Trigger::sync})
    if (to_string(trigger) == text) return trigger;
  return std::nullopt;
}

CheckCounts count(const std::vector<CheckResult>& results) {
  CheckCounts counts;
  for (const auto& result : results) {
    counts.up += result.finding.verdict == Verdict::up;
    counts.down += result.finding.verdict == Verdict::down;
    counts.unknown += result.finding.verdict == Verdict::unknown;
  }
  return counts;
}

Outcome outcome_of(const CheckCounts& counts) {
  if (counts.processed() == 0) return Outcome::skipped;
  return counts.down > 0 ? Outcome::failed : Outcome::success;
}

std::string summary_of(const CheckCounts& counts) {
  if (counts.down == 0) return "";
  return fmt::format("{} of {} monitors down", counts.down, counts.processed());
}

}  // namespace watchbill::domain
