// Cron patterns of BullMQ's job schedulers, with the next times of npm cron-parser 5, which BullMQ uses.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace watchbill::bullmq {

struct CronSchedule;

// A pattern in a time zone. Never changes, cheap to copy, for any thread.
//
// A pattern has six fields, separated by spaces; those missing at its front are second 0 and `*`:
//
//   second        0-59
//   minute        0-59
//   hour          0-23
//   day of month  1-31, L: the last day
//   month         1-12, JAN-DEC
//   day of week   0-7 (0 and 7: Sunday), SUN-SAT, 5L: the last Friday, 5#2: the second Friday
//
// A field is `*` or `?` (any), a value, a range 1-5, a range with a step 1-5/2, */10 or 30/10 (30-59/10), or
// a list of these that says no value twice. A day matches when its day of month or its day of week does,
// unless one of the two is `*` or `?`: then the other decides. @yearly @annually @monthly @weekly @weekdays
// @weekends
// @daily @hourly @minutely @secondly stand for whole patterns. `H` (a value by hash) is refused.
//
// Where the clocks are put forward by an hour or more, the first time of a skipped hour comes in the hour
// after the gap, at its minute. Where they are put back, a pattern that names its hours comes in the first of
// the two equal hours, and one of every hour in both. Where cron-parser does something else (zones that
// change at midnight or by half an hour), so does this: it takes the same steps.
class CronExpression {
 public:
  // `time_zone`: a name of the IANA database in any case, or UTC, UTC+2, UTC-3:30. Empty: the machine's, as
  // Node takes it: the environment variable TZ, else /etc/localtime, which must be a link into the zone
  // database (or /etc/timezone names it). Zones come from the system's zone files, whose changes are known
  // until 2037.
  //
  // Throws std::invalid_argument with one line for the person who wrote the pattern or the zone, and
  // std::runtime_error when the machine has no zone database or its own zone cannot be told.
  static CronExpression parse(std::string_view pattern, std::string_view time_zone = "");

  // The first time after `after`, in whole seconds; nullopt when there is none that cron-parser would find
  // (it gives up on patterns like the 30th of February).
  std::optional<base::Timestamp> next(base::Timestamp after) const;

 private:
  explicit CronExpression(std::shared_ptr<const CronSchedule> schedule) : schedule_(std::move(schedule)) {}

  std::shared_ptr<const CronSchedule> schedule_;
};

}  // namespace watchbill::bullmq
