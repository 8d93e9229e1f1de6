#include "queue/administration.h"

#include <array>
#include <utility>

namespace watchbill::queue {

namespace {

constexpr std::array<std::pair<JobState, std::string_view>, 5> kNames = {
    {{JobState::waiting, "waiting"},
     {JobState::active, "active"},
     {JobState::delayed, "delayed"},
     {JobState::failed, "failed"},
     {JobState::completed, "completed"}}};

}  // namespace

std::string_view to_string(JobState state) {
  for (const auto& [known, name] : kNames)
    if (known == state) return name;
  return "";
}

std::optional<JobState> state_from_string(std::string_view text) {
  for (const auto& [state, name] : kNames)
    if (name == text) return state;
  return std::nullopt;
}

}  // namespace watchbill::queue
