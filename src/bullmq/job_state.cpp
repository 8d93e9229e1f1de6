#include "bullmq/job_state.h"

#include <stdexcept>

namespace watchbill::bullmq {

namespace {

struct Row {
  JobState state;
  std::string_view name;
  std::string_view key;
};

constexpr Row kRows[] = {
    {JobState::waiting, "waiting", "wait"},
    {JobState::active, "active", "active"},
    {JobState::delayed, "delayed", "delayed"},
    {JobState::prioritized, "prioritized", "prioritized"},
    {JobState::paused, "paused", "paused"},
    {JobState::completed, "completed", "completed"},
    {JobState::failed, "failed", "failed"},
    {JobState::waiting_children, "waiting-children", "waiting-children"},
};

}  // namespace

std::string_view name_of(JobState state) {
  for (const auto& row : kRows)
    if (row.state == state) return row.name;
  return "unknown";
}

JobState state_named(std::string_view name) {
  for (const auto& row : kRows)
    if (row.name == name || row.key == name) return row.state;
  return JobState::unknown;
}

std::string_view key_part(JobState state) {
  for (const auto& row : kRows)
    if (row.state == state) return row.key;
  throw std::invalid_argument("\"unknown\" is not a state that a queue has a list of");
}

}  // namespace watchbill::bullmq
