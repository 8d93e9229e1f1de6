// Where a job can be.
#pragma once

#include <array>
#include <string_view>

namespace watchbill::bullmq {

enum class JobState {
  waiting,
  active,
  delayed,
  prioritized,  // waiting, with a priority
  paused,       // a list that BullMQ 5 moved waiting jobs to; 6 only empties it
  completed,
  failed,
  waiting_children,
  unknown,  // in none of them: there is no such job
};

// All but `paused`, which only a queue of BullMQ 5 has, in the Node library's order.
inline constexpr std::array kStates{JobState::active,          JobState::completed,   JobState::delayed,
                                    JobState::failed,          JobState::prioritized, JobState::waiting,
                                    JobState::waiting_children};

// "waiting-children": as the Node library and its events call it.
std::string_view name_of(JobState state);
// `unknown` for any other name; "wait" is taken for "waiting".
JobState state_named(std::string_view name);

// The last part of the state's key ("wait"). Throws std::invalid_argument for `unknown`.
std::string_view key_part(JobState state);
// Whether the key holds a list; a sorted set otherwise.
constexpr bool is_list(JobState state) {
  return state == JobState::waiting || state == JobState::active || state == JobState::paused;
}

}  // namespace watchbill::bullmq
