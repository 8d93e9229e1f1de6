// Runs a node from start to signal.
#pragma once

#include "app/cli/context.h"
#include "app/node/role.h"

namespace watchbill::app {

struct ServeOptions {
  Role role = Role::all;
  Config config;
  bool demo = false;
};

// Returns after a graceful stop (SIGINT, SIGTERM; SIGHUP unless it is ignored). Throws Failure when the node
// cannot start: its folder, its database or its port.
void serve(const Context& context, const ServeOptions& options);

}  // namespace watchbill::app
