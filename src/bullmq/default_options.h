// Options of jobs whose options say nothing.
#pragma once

#include "bullmq/job_options.h"

namespace watchbill::bullmq {

// `own`, with what it leaves unset as in `defaults`. An option that is an object (backoff, say) is taken as a
// whole.
JobOptions with_defaults(JobOptions own, const JobOptions& defaults);

}  // namespace watchbill::bullmq
