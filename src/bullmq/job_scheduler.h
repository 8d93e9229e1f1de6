// Job schedulers: factories that add a job at each time of a schedule.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bullmq/job.h"
#include "bullmq/scheduler_messages.h"

namespace watchbill::bullmq {

// What is behind an id is a "repeatable job" of a BullMQ before 5.16, not a scheduler: it is to be migrated.
class LegacyRepeatable : public std::runtime_error {
 public:
  explicit LegacyRepeatable(const std::string& key);
};

struct SchedulerOptions {
  JobOptions default_job_options{};  // under those of each template
  RepeatStrategy repeat_strategy{};  // of patterns; the worker must have the same. Empty: cron
};

// The schedulers of one queue. A scheduler has one job at a time that is not yet begun; the worker that
// begins it adds the next (schedule_next()), so no slot comes twice however many workers there are, and none
// comes while no worker runs.
//
// Reactor thread only. Throws redis::Error when Redis cannot be asked, std::invalid_argument for what could
// never be right.
class JobSchedulers {
 public:
  explicit JobSchedulers(std::shared_ptr<Backend> backend, SchedulerOptions options = {})
      : backend_(std::move(backend)), options_(std::move(options)) {}

  // Adds the scheduler, or changes the one with that id: the job that waits for its time is replaced.
  // The job that comes next; nullopt when the schedule has none (any more): then nothing was changed. Throws
  // Refused when the next job's id is taken.
  base::Task<std::optional<Job>> upsert(std::string id, RepeatOptions repeat, JobTemplate job);
  base::Task<std::optional<Job>> upsert(std::string id, RepeatOptions repeat) {
    return upsert(std::move(id), std::move(repeat), JobTemplate());
  }

  // Nullopt when there is none. Throws LegacyRepeatable.
  base::Task<std::optional<SchedulerRecord>> get(std::string id);

  // Those at the places `first` to `last` (-1: the last) by the time of their next job, the latest first
  // unless `ascending`. Throws LegacyRepeatable.
  base::Task<std::vector<SchedulerRecord>> list(std::int64_t first = 0, std::int64_t last = -1,
                                                bool ascending = false);
  base::Task<std::int64_t> count();

  // Also its next job, unless that is active. False when there was none.
  base::Task<bool> remove(std::string id);

 private:
  base::Task<redis::Reply> ask(redis::Command command);

  std::shared_ptr<Backend> backend_;
  const SchedulerOptions options_;
};

// Before a worker runs a job that a scheduler made: adds the job after it, once, however often it is called
// for the same job. Does nothing for other jobs. Throws redis::Error, LegacyRepeatable, what the strategy
// throws. `job` and `strategy` must live until it ends.
base::Task<> schedule_next(Backend& backend, const JobRecord& job, const RepeatStrategy& strategy);

}  // namespace watchbill::bullmq
