#include "bullmq/repeat_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bullmq/cron.h"

namespace watchbill::bullmq {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<base::Timestamp> next_by_pattern(base::Timestamp after, const RepeatOptions& repeat,
                                               const std::string&) {
  const auto cron = CronExpression::parse(repeat.pattern, repeat.time_zone);
  if (repeat.immediately) return after;
  const auto next = cron.next(std::max(after, repeat.start_date.value_or(after)));
  if (next && repeat.end_date && *next > *repeat.end_date) return std::nullopt;
  return next;
}

void validate(const RepeatOptions& repeat) {
  const auto refuse_if = [](bool condition, const char* what) {
    if (condition) throw std::invalid_argument(what);
  };
  refuse_if(repeat.every && !repeat.pattern.empty(), "a job scheduler has either every or pattern, not both");
  refuse_if(!repeat.every && repeat.pattern.empty(), "a job scheduler needs every or pattern");
  refuse_if(repeat.every && repeat.every->count() <= 0, "a job scheduler's every must be more than 0 ms");
  refuse_if(repeat.immediately && repeat.start_date,
            "a job scheduler starts either immediately or at its start date, not both");
}

std::optional<Iteration> plan_iteration(const RepeatOptions& repeat, const std::string& job_name,
                                        std::optional<base::Timestamp> previous, base::Timestamp now,
                                        const RepeatStrategy& strategy) {
  Iteration iteration{.count = repeat.count.value_or(0) + 1};
  if (repeat.limit && iteration.count > *repeat.limit) return std::nullopt;
  if (repeat.end_date && now > *repeat.end_date) return std::nullopt;
  if (repeat.pattern.empty()) return iteration;
  // Clocks differ from machine to machine: the job before may have been due later than now.
  const auto after = std::max(now, previous.value_or(now));
  const auto next = strategy ? strategy(after, repeat, job_name) : next_by_pattern(after, repeat, job_name);
  if (!next) return std::nullopt;
  iteration.next = std::max(*next, after);
  return iteration;
}

std::string iteration_id(std::string_view scheduler_id, base::Timestamp at) {
  return fmt::format("repeat:{}:{}", scheduler_id, base::to_epoch_ms(at));
}

Json iteration_options(Json options, const std::string& scheduler_id, const Iteration& iteration,
                       base::Timestamp now) {
  auto& repeat = options["repeat"];
  repeat.erase("immediately");
  const auto offset = repeat.find("offset");
  const bool has_offset = repeat.contains("every") && offset != repeat.end() && *offset != 0;
  if (!has_offset) repeat["offset"] = nullptr;
  repeat["count"] = iteration.count;
  // Sent even when there are none: the order of the members that the server writes depends on it.
  repeat["startDate"] = repeat.value("startDate", Json());
  repeat["endDate"] = repeat.value("endDate", Json());
  // Those of `every` are set by the script; they keep the place that they have here.
  options["jobId"] = iteration.next ? iteration_id(scheduler_id, *iteration.next) : std::string();
  const auto delay = iteration.next ? *iteration.next - now : base::Millis(0);
  options["delay"] = std::max<std::int64_t>(0, delay.count());
  options["timestamp"] = base::to_epoch_ms(now);
  if (iteration.next) options["prevMillis"] = base::to_epoch_ms(*iteration.next);
  options["repeatJobKey"] = scheduler_id;
  return options;
}

Json options_of_producer(std::string_view options_text) {
  Json options = {{"attempts", 0}};
  const auto found = Json::parse(options_text, nullptr, false);
  if (!found.is_object()) return options;
  for (const auto& [name, value] : found.items())
    if (name != "repeatJobKey") options[name] = value;
  if (const auto backoff = options.find("backoff"); backoff != options.end() && backoff->is_number())
    *backoff = {{"type", "fixed"}, {"delay", *backoff}};
  return options;
}

bool has_legacy_repeatable_shape(std::string_view key) {
  std::size_t colons[4];
  std::size_t from = 0;
  for (auto& colon : colons) {
    colon = key.find(':', from);
    if (colon == key.npos) return false;
    from = colon + 1;
  }
  const auto end_date = key.substr(colons[1] + 1, colons[2] - colons[1] - 1);
  if (!end_date.empty() && !is_number(end_date)) return false;
  const auto schedule = key.substr(colons[3] + 1);
  return schedule.find(' ') != schedule.npos || is_number(schedule);
}

}  // namespace watchbill::bullmq
