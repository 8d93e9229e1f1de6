// A job as its hash in Redis says, decoded.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bullmq/job_options.h"
#include "redis/reply.h"

namespace watchbill::bullmq {

struct JobRecord {
  std::string id;
  std::string name;
  std::string data;  // JSON text, as it was added
  std::shared_ptr<const JobOptions> options;
  std::string options_text;  // what they were decoded from
  base::Timestamp timestamp{};
  base::Millis delay{0};
  std::uint32_t priority = 0;
  std::int64_t attempts_made = 0;     // that failed
  std::int64_t attempts_started = 0;  // that began
  std::int64_t stalled_counter = 0;
  std::optional<base::Timestamp> processed_on;
  std::optional<base::Timestamp> finished_on;
  std::string processed_by;    // name of the worker
  std::string progress = "0";  // JSON text
  std::string return_value;    // JSON text; empty as long as there is none
  std::string failed_reason;
  std::string stack_trace;       // JSON text: an array of strings
  std::string deferred_failure;  // it is to fail with this instead of running
  std::string deduplication_id;
  std::string repeat_job_key;
  std::string parent_key;
  std::string parent;  // JSON text
  // An id was in a list and nothing behind it (evicted, deleted by hand): there is nothing to run.
  bool is_ghost = false;
};

// Options repeat from job to job, but for the id: the last ones are decoded once.
class OptionsCache {
 public:
  // The options of the job `id`, which they do not name. What cannot be decoded is as if nothing was set.
  std::shared_ptr<const JobOptions> decode(std::string_view text, std::string_view id);

 private:
  std::string before_, after_;  // the text, around the id
  std::shared_ptr<const JobOptions> options_;
};

// `hash` is the reply of HGETALL.
std::unique_ptr<JobRecord> decode_record(std::string_view id, redis::Value hash, OptionsCache& cache);

}  // namespace watchbill::bullmq
