// When the next job of a scheduler is due, and what it carries: no I/O.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bullmq/job_options.h"

namespace watchbill::bullmq {

// The next time of a pattern after `after`; nullopt ends the scheduler. May throw for a pattern it cannot
// read. One that a worker and the queues share may read `pattern` as it likes (an RRULE, say).
using RepeatStrategy = std::function<std::optional<base::Timestamp>(
    base::Timestamp after, const RepeatOptions& repeat, const std::string& job_name)>;

// The strategy when none is given: `pattern` is cron (cron.h), in `time_zone`, not before `start_date`, not
// beyond `end_date`; `after` itself with `immediately`. Throws std::invalid_argument.
std::optional<base::Timestamp> next_by_pattern(base::Timestamp after, const RepeatOptions& repeat,
                                               const std::string& job_name);

// Throws std::invalid_argument with one line that names the option.
void validate(const RepeatOptions& repeat);

struct Iteration {
  std::int64_t count = 1;                 // which one it is
  std::optional<base::Timestamp> next{};  // of a pattern; that of `every` is found by the script
};

// Nullopt when there is none: the limit is reached, the end date over, the pattern has no further time.
// `previous` is the time that the job before had.
std::optional<Iteration> plan_iteration(const RepeatOptions& repeat, const std::string& job_name,
                                        std::optional<base::Timestamp> previous, base::Timestamp now,
                                        const RepeatStrategy& strategy);

// "repeat:<scheduler>:<milliseconds>"
std::string iteration_id(std::string_view scheduler_id, base::Timestamp at);

// The options of the job of an iteration, in the short names and the order of members that the Node library
// gives them. `options` are those of the template or of the job before.
Json iteration_options(Json options, const std::string& scheduler_id, const Iteration& iteration,
                       base::Timestamp now);

// Options as text, as a worker finds them in a job, made ready for the job after it.
Json options_of_producer(std::string_view options_text);

// Of versions before 5.16 a "repeatable job" may be left, whose key has the form
// name:id:endDate:tz:<cron or milliseconds>. Ids of schedulers may look the same.
bool has_legacy_repeatable_shape(std::string_view key);

}  // namespace watchbill::bullmq
