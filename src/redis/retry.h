// When the same command is sent again; shared by the clients.
#pragma once

#include <fmt/format.h>

#include "base/time.h"
#include "redis/command.h"
#include "redis/error.h"
#include "redis/reply.h"

namespace watchbill::redis {

// A pause before the next attempt, for errors that need one.
inline base::Millis pause_after(ErrorKind kind) {
  const bool at_once = kind == ErrorKind::no_script || kind == ErrorKind::moved || kind == ErrorKind::ask ||
                       kind == ErrorKind::unavailable;
  return base::Millis(at_once ? 0 : 100);
}

// The Error that an error reply stands for.
inline Error error_of(const Command& command, const Reply& reply) {
  const auto text = reply.value().text();
  return {kind_of_reply(text), fmt::format("{}: {}", command.name(), text)};
}

}  // namespace watchbill::redis
