// BullMQ's own Lua scripts, from the pinned npm package.
#pragma once

#include <string_view>

#include "redis/script.h"

namespace watchbill::bullmq {

// By the name that the Node library uses ("moveToActive"). Throws std::logic_error for a name that it has
// not.
const redis::Script& script(std::string_view name);

// Of the npm package that the scripts come from: "6.7.0".
std::string_view scripts_version();

}  // namespace watchbill::bullmq
