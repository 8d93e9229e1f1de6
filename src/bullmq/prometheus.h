// What a queue holds and has done, as text for Prometheus: no I/O.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bullmq/job_state.h"

namespace watchbill::bullmq {

struct QueueFigures {
  std::string queue;
  std::vector<std::pair<JobState, std::int64_t>> counts;
  // Counted only by workers that collect metrics.
  std::int64_t completed = 0;
  std::int64_t failed = 0;
};

// `labels` are put behind those of each line. Same names and lines as the Node library's
// exportPrometheusMetrics.
std::string prometheus_text(const QueueFigures& figures,
                            const std::map<std::string, std::string>& labels = {});

}  // namespace watchbill::bullmq
