// What goes to the scripts of job schedulers and what comes back; see messages.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bullmq/keys.h"
#include "bullmq/repeat_plan.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

// What its jobs are made of.
struct JobTemplate {
  std::string name{};  // empty: the id of the scheduler
  Json data{};         // null: {}
  JobOptions options{};
};

// A scheduler as Redis has it.
struct SchedulerRecord {
  std::string id;
  std::string name;  // of its jobs
  std::optional<base::Timestamp> next{};
  std::optional<std::int64_t> iterations{};  // so far, with the next one
  RepeatOptions repeat{};                    // `immediately` and `count` are not kept
  std::optional<Json> data{};                // of the template
  std::optional<JobOptions> options{};
};

struct NewScheduler {
  std::string id;
  std::string name;  // of its jobs
  std::string data;  // JSON text
  RepeatOptions repeat;
  Json template_options;
  Json job_options;  // of the first job: iteration_options()
  std::optional<base::Timestamp> next;
};

redis::Command add_job_scheduler(const Keys& keys, const NewScheduler& scheduler, base::Timestamp now);
struct FirstJob {
  std::string id;
  base::Millis delay;
};
// Throws Refused.
FirstJob first_job(const redis::Reply& reply, const std::string& scheduler_id);

struct NextJob {
  std::string scheduler_id;
  std::string producer_id;  // the job that is about to run; when another is the current one, nothing is done
  std::string data;         // JSON text
  Json options;             // iteration_options()
  std::optional<base::Timestamp> next;
};

// Reply: the id of the job; nil when the scheduler is gone or has its next job already.
redis::Command update_job_scheduler(const Keys& keys, const NextJob& job, base::Timestamp now);

// Reply: 0, or 1 when there was none.
redis::Command remove_job_scheduler(const Keys& keys, std::string_view id);
redis::Command get_job_scheduler(const Keys& keys, std::string_view id);
// Of the reply to get_job_scheduler: nullopt when there is nothing behind the id.
std::optional<SchedulerRecord> found_scheduler(const redis::Reply& reply, const std::string& id);
// `hash` is a reply to HGETALL; nullopt when it is empty.
std::optional<SchedulerRecord> decode_scheduler(const std::string& id, redis::Value hash,
                                                std::optional<base::Timestamp> next);

// The options of a template as Redis keeps them: only those that say something.
Json encode_template(const JobOptions& options);

}  // namespace watchbill::bullmq
