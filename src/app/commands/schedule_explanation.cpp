#include "app/commands/schedule_explanation.h"

#include <cstdio>

#include "app/text/span.h"

namespace watchbill::app {

namespace {

std::string answer(const ScheduleFacts& facts, const Speaker& say) {
  const auto& schedule = facts.schedule;
  const auto at = [&](base::Timestamp time) { return describe_time(time, facts.now, say); };
  switch (standing_of(facts)) {
    case Standing::user_disabled:
      return say("Not due: the user is disabled and never claimed.");
    case Standing::disabled:
      return say("Not due: the schedule is switched off.");
    case Standing::running:
      if (facts.holder_unseen_since && (facts.user.disabled || !schedule.enabled)) {
        return say(
            "{0} began a round, but has not been seen since {1}; its lease ends {2}, and none follows: "
            "rounds are off.",
            schedule.locked_by, at(*facts.holder_unseen_since), at(*schedule.locked_until));
      }
      if (facts.holder_unseen_since) {
        return say("{0} began a round, but has not been seen since {1}: another worker runs it after {2}.",
                   schedule.locked_by, at(*facts.holder_unseen_since), at(*schedule.locked_until));
      }
      return say("A round is running: {0} holds the lease until {1}, and renews it while it works.",
                 schedule.locked_by, at(*schedule.locked_until));
    case Standing::queued:
      return say("Claimed by {0}, waiting for a worker; claimed again at {1} if none takes it.",
                 schedule.locked_by, at(*schedule.locked_until));
    case Standing::abandoned:
      return say("Due: {0} let its lease run out at {1} without recording a round.", schedule.locked_by,
                 at(*schedule.locked_until));
    case Standing::due:
      return say("Due since {}: waiting for a dispatcher. If this stays so, none is running.",
                 at(schedule.next_run_at));
    case Standing::not_due:
      break;
  }
  return say("Not due yet: the next slot is {}.", at(schedule.next_run_at));
}

std::string last_round(const ScheduleFacts& facts, const Speaker& say) {
  const auto& schedule = facts.schedule;
  if (facts.last_round) {
    const auto& round = *facts.last_round;
    return say("Last round: {0}, slot {1}, started {2} late, took {3}, by {4}.",
               describe_status(domain::to_string(round.outcome), say),
               describe_time(round.slot, facts.now, say), describe_span(round.lateness(), say),
               describe_span(round.duration(), say), round.worker);
  }
  if (!schedule.last_run_at) return say("No round was run yet.");
  return say("Last round: {0}, started {1}.", describe_status(schedule.last_status, say),
             describe_time(*schedule.last_run_at, facts.now, say));
}

std::string monitors(const ScheduleFacts& facts, const Speaker& say) {
  if (facts.monitors == facts.paused) return say("Nothing is to be checked: rounds are recorded as skipped.");
  return say("{0} monitors are checked in each round, {1} are paused.", facts.monitors - facts.paused,
             facts.paused);
}

}  // namespace

Standing standing_of(const ScheduleFacts& facts) {
  const auto& schedule = facts.schedule;
  if (schedule.running(facts.now)) return Standing::running;
  if (facts.user.disabled) return Standing::user_disabled;
  if (!schedule.enabled) return Standing::disabled;
  if (schedule.queued(facts.now)) return Standing::queued;
  if (schedule.next_run_at > facts.now) return Standing::not_due;
  return schedule.locked_until && !schedule.locked_by.empty() ? Standing::abandoned : Standing::due;
}

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::user_disabled:
      return "user_disabled";
    case Standing::disabled:
      return "disabled";
    case Standing::running:
      return "running";
    case Standing::queued:
      return "queued";
    case Standing::abandoned:
      return "abandoned";
    case Standing::due:
      return "due";
    case Standing::not_due:
      return "not_due";
  }
  return "";
}

std::string describe_round_error(const std::string& error, const Speaker& say) {
  int down = 0, total = 0;
  if (std::sscanf(error.c_str(), "%d of %d monitors down", &down, &total) != 2) return error;
  if (error != domain::summary_of({.up = total - down, .down = down})) return error;
  return say("{0} of {1} monitors down", down, total);
}

std::string describe_status(std::string_view status, const Speaker& say) {
  if (status.empty()) return "-";
  if (status == "success") return say("success");
  if (status == "failed") return say("failed");
  if (status == "skipped") return say("skipped");
  return std::string(status);  // another application's word
}

std::vector<std::string> explain(const ScheduleFacts& facts, const Speaker& say) {
  std::vector<std::string> sentences = {answer(facts, say)};
  if (facts.schedule.enabled && standing_of(facts) != Standing::not_due) {
    sentences.push_back(
        say("The slot in question is {}.", describe_time(facts.schedule.next_run_at, facts.now, say)));
  }
  if (facts.has_redis && standing_of(facts) == Standing::queued)
    sentences.push_back(
        say("`watchbill queue stats` says whether workers are connected, and whether the queue is paused."));
  sentences.push_back(
      say("The interval is {}.", describe_span(std::chrono::minutes(facts.schedule.interval_minutes), say)));
  sentences.push_back(last_round(facts, say));
  if (facts.last_round && !facts.last_round->error.empty()) {
    sentences.push_back(say("It says: {}.", describe_round_error(facts.last_round->error, say)));
  }
  if (facts.last_round && facts.last_round->missed > 0) {
    sentences.push_back(say("{} slots after it passed without a round.", facts.last_round->missed));
  }
  sentences.push_back(monitors(facts, say));
  return sentences;
}

}  // namespace watchbill::app
