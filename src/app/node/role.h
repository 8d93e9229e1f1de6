// What a process does.
#pragma once

namespace watchbill::app {

enum class Role {
  all,     // `up`: everything
  web,     // page, API, dispatcher; runs rounds itself where there is no queue, or while it is away
  worker,  // takes rounds from the queue, any number of processes
};

constexpr const char* to_string(Role role) {
  return role == Role::all ? "up" : role == Role::web ? "web" : "worker";
}

}  // namespace watchbill::app
