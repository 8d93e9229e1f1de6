#include "bullmq/prometheus.h"

#include <fmt/format.h>

namespace watchbill::bullmq {

namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
  return text;
}

std::string head(std::string_view name, std::string_view help, std::string_view type) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

}  // namespace

std::string prometheus_text(const QueueFigures& figures, const std::map<std::string, std::string>& labels) {
  const auto queue = escaped(figures.queue);
  std::string more;
  for (const auto& [name, value] : labels) more += fmt::format(", {}=\"{}\"", name, escaped(value));
  auto text = head("bullmq_job_count", "Number of jobs in the queue by state", "gauge");
  for (const auto& [state, count] : figures.counts)
    text += fmt::format("bullmq_job_count{{queue=\"{}\", state=\"{}\"{}}} {}\n", queue, name_of(state), more,
                        count);
  text += head("bullmq_job_completed_total", "Total number of completed jobs", "counter");
  text += fmt::format("bullmq_job_completed_total{{queue=\"{}\"{}}} {}\n", queue, more, figures.completed);
  text += head("bullmq_job_failed_total", "Total number of failed jobs", "counter");
  text += fmt::format("bullmq_job_failed_total{{queue=\"{}\"{}}} {}", queue, more, figures.failed);
  return text;
}

}  // namespace watchbill::bullmq
