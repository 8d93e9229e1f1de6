// A line of the route table, and what its handler gets.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/auth/identity.h"
#include "base/task.h"
#include "http/message.h"

namespace watchbill::api {

struct Context;

// Who may call. Whatever may be called with a token and is no GET needs a token with access `write`.
enum class Access {
  open,           // anybody
  user,           // session or token
  session,        // session only
  admin,          // session or token of an admin
  admin_session,  // session of an admin
  cron,           // who knows the cron secret
};

// none: nothing or {} is accepted. optional: nothing counts as {}.
enum class Body { none, optional, required };

struct Call {
  http::Request& request;
  std::optional<Identity> identity;  // there unless the access is open or cron
  nlohmann::json body;               // {} where there is none

  const domain::UserId& user_id() const { return identity->user.id; }
  const std::string& parameter(std::string_view name) const { return request.path_parameter(name); }
};

// Throws Refusal, store::Unavailable or queue::Unavailable for what the caller gets to know as such. `call`
// lives until the task ended.
using RouteHandler = base::Task<http::Response> (*)(Context& context, Call& call);

struct Route {
  http::Method method;
  std::string_view pattern;  // as in openapi.yaml
  Access access;
  Body body;
  RouteHandler handle;
};

// One table per resource, each in its own file.
std::span<const Route> cron_routes();
std::span<const Route> session_routes();
std::span<const Route> setup_routes();
std::span<const Route> me_routes();
std::span<const Route> token_routes();
std::span<const Route> schedule_routes();
std::span<const Route> monitor_routes();
std::span<const Route> monitor_test_routes();
std::span<const Route> result_routes();
std::span<const Route> round_routes();
std::span<const Route> incident_routes();
std::span<const Route> user_routes();
std::span<const Route> operation_routes();
std::span<const Route> event_routes();
std::span<const Route> service_routes();

// All of them.
std::vector<Route> all_routes();

}  // namespace watchbill::api
