// When the same command is sent again; shared by the clients.
#pragma once

#include <fmt/format.h>

#include "base/time.h"
#include "redis/command.h"
#include "redis/connection.h"
#include "redis/error.h"
#include "redis/reply.h"

namespace watchbill::redis {

constexpr int kAttemptsAtOnce = 5;

// A pause before the next attempt, for errors that need one. A script that the server does not know is sent
// along the first time.
inline base::Millis pause_after(ErrorKind kind, int attempt) {
  const bool at_once = kind == ErrorKind::moved || kind == ErrorKind::ask || kind == ErrorKind::unavailable ||
                       kind == ErrorKind::no_script;
  return base::Millis(at_once && attempt < kAttemptsAtOnce ? 0 : 100);
}

// The Error that an error reply stands for.
inline Error error_of(const Command& command, std::string_view text) {
  return {kind_of_reply(text), fmt::format("{}: {}", command.name(), text)};
}

// The same, told better when the connection knows why a script is missing.
inline Error error_of(const Command& command, const Connection& connection, const Reply& reply) {
  const auto text = reply.value().text();
  const auto kind = kind_of_reply(text);
  if (const auto& problem = connection.script_problem(); kind == ErrorKind::no_script && !problem.empty())
    return {kind_of_reply(problem) == ErrorKind::other ? ErrorKind::forbidden : kind_of_reply(problem),
            fmt::format("{}: SCRIPT LOAD: {}", command.name(), problem)};
  return error_of(command, text);
}

}  // namespace watchbill::redis
