// What operators see of a queue and do with it, beside those who work with it (Queue).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/services.h"

namespace watchbill::queue {

enum class JobState { waiting, active, delayed, failed, completed };

std::string_view to_string(JobState state);
std::optional<JobState> state_from_string(std::string_view text);

struct ListedJob {
  std::string id;
  domain::UserId user_id;  // empty in a job of another shape
  std::string user_email;
  int attempts = 0;    // that ended
  std::string reason;  // why the last one failed
  base::Timestamp added_at;
  std::optional<base::Timestamp> due_at;  // of a delayed one
  std::optional<base::Timestamp> started_at;
  std::optional<base::Timestamp> finished_at;
};

struct JobPage {
  std::vector<ListedJob> jobs;
  bool more = false;
};

// Somebody who is connected to take jobs, whatever program he is.
struct Consumer {
  std::string name;     // empty: he has none
  std::string address;  // "10.0.0.7:53211"
};

// Reactor thread only. All but engine() throw Unavailable when the queue cannot be asked.
class Administration {
 public:
  virtual ~Administration() = default;

  virtual std::string_view engine() const = 0;  // "bullmq", "in_process"

  virtual base::Task<domain::QueueCounts> counts() = 0;
  virtual base::Task<bool> is_paused() = 0;
  // Nothing when the queue cannot tell: the one in this process has no others, and a server may not say.
  virtual base::Task<std::optional<std::vector<Consumer>>> consumers() = 0;

  // Waiting ones in the order in which they will be taken, delayed ones in that in which they will wait
  // again, the others the newest first. Finished ones as far as they are kept: fewer may be listed than are
  // counted.
  virtual base::Task<JobPage> jobs(JobState state, std::size_t first, std::size_t limit) = 0;

  // Nobody takes anything until resume(); what was taken runs on. Kept by Redis; a queue in the process
  // forgets it when that ends.
  virtual base::Task<> pause() = 0;
  virtual base::Task<> resume() = 0;

  // All that have failed wait again. Whose round was done meanwhile is dropped when it is taken. How many
  // there were.
  virtual base::Task<std::int64_t> retry_failed() = 0;

  // Removes what ended (or, of what has not, was added) at least that long ago. Whoever dispatches lets go
  // of users whose waiting jobs are removed, and may claim them again. How many there were. `active` throws
  // std::invalid_argument: those are in somebody's hands.
  virtual base::Task<std::int64_t> clean(JobState state, base::Millis older_than) = 0;
};

}  // namespace watchbill::queue
