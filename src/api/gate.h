// The one way into every route: origin, identity, role, body; and the one way out: refusals become answers.
#pragma once

#include "api/context.h"
#include "api/refusal.h"
#include "api/routes/route.h"
#include "http/message.h"

namespace watchbill::api {

// Anything but a refusal or a dependency that is away is thrown on, to be logged and answered by the server.
base::Task<http::Response> enter(Context& context, const Route& route, http::Request& request);

http::Response to_response(const Refusal& refusal);

}  // namespace watchbill::api
