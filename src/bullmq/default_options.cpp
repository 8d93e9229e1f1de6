#include "bullmq/default_options.h"

namespace watchbill::bullmq {

JobOptions with_defaults(JobOptions own, const JobOptions& defaults) {
  if (defaults == JobOptions{}) return own;
  auto merged = encode_options(defaults);
  auto set = encode_options(own);
  if (own.attempts == 0) set.erase("attempts");
  merged.update(set);
  auto options = decode_options(to_text(merged));
  options.repeat_job_key = own.repeat_job_key;
  return options;
}

}  // namespace watchbill::bullmq
