#include "api/gate.h"

#include "api/auth/origin.h"
#include "api/json/parse.h"
#include "api/json/values.h"
#include "base/log.h"
#include "http/headers.h"

namespace watchbill::api {

namespace {

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head;
}

// Reads of private data are guarded as well, streams above all: a foreign page must not get hold of them.
void check_origin(const Context& context, const Route& route, const http::Request& request) {
  const bool guarded = changes_something(route.method) || route.access != Access::open;
  if (guarded && !from_own_origin(request, context.options.public_url))
    throw forbidden("foreign_origin", "This request came from another site.");
}

void check_cron_secret(const CronSecrets& secrets, const http::Request& request) {
  if (!secrets.configured())
    throw unavailable("cron_secret_missing",
                      "No CRON_SECRET is configured, so this endpoint refuses all calls.");
  if (!secrets.matches(request.headers.get("x-cron-secret")))
    throw Refusal(401, "cron_secret_wrong", "The header x-cron-secret is missing or wrong.");
}

void check_role(const Route& route, const Identity& identity) {
  const bool session_only = route.access == Access::session || route.access == Access::admin_session;
  if (session_only && !identity.by_session())
    throw forbidden("session_required", "This needs a session; a token is not enough.");
  if (identity.read_only && changes_something(route.method))
    throw forbidden("read_only_token", "This token may only read.");
  const bool admin_only = route.access == Access::admin || route.access == Access::admin_session;
  if (admin_only && identity.user.role != domain::Role::admin)
    throw forbidden("forbidden", "Only administrators may do this.");
}

base::Task<std::optional<Identity>> check_access(Context& context, const Route& route,
                                                 const http::Request& request) {
  if (route.access == Access::open) co_return std::nullopt;
  if (route.access == Access::cron) {
    check_cron_secret(context.cron_secrets, request);
    co_return std::nullopt;
  }
  auto credential = context.sessions.presented(request);
  if (!credential) throw unauthorized();
  auto identity = co_await context.sessions.identify(std::move(*credential));
  if (!identity) throw unauthorized();
  check_role(route, *identity);
  co_return identity;
}

bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::same_token(type, "application/json");
}

nlohmann::json read_body(const Route& route, const http::Request& request) {
  if (!changes_something(route.method)) return nlohmann::json::object();
  if (request.body.empty()) {
    if (route.body == Body::required) throw malformed_json("A JSON body is required.");
    return nlohmann::json::object();
  }
  if (!is_json(request.headers.get("Content-Type")))
    throw Refusal(415, "unsupported_media_type", "Send the body as application/json.");
  auto body = parse_json(request.body);
  if (route.body == Body::none && body != nlohmann::json::object())
    throw validation_failed({{"", "unknown_field", "This call takes no body."}});
  return body;
}

std::string_view sentence(store::Unavailable::Reason reason) {
  using enum store::Unavailable::Reason;
  switch (reason) {
    case busy:
      return "The database is busy.";
    case disk_full:
      return "The disk of the database is full.";
    case read_only:
      return "The database cannot be written to.";
    case io:
      return "The database cannot be read or written.";
    case connection:
      return "The database does not answer.";
  }
  return "The database is not available.";
}

Refusal refusal_of(const store::Unavailable& error) {
  std::string message(sentence(error.reason));
  message += error.outcome_unknown ? " Whether the change was made is not known." : " Nothing was changed.";
  return unavailable("database_unavailable", std::move(message));
}

// Logged with its cause, which the client does not get to see.
void log_unavailable(const Route& route, std::string_view what, const char* cause) {
  base::log::warning("request refused: dependency away",
                     {{"route", route.pattern}, {"dependency", what}, {"cause", cause}});
}

base::Task<http::Response> admit(Context& context, const Route& route, http::Request& request) {
  check_origin(context, route, request);
  auto identity = co_await check_access(context, route, request);
  Call call{request, std::move(identity), read_body(route, request)};
  co_return co_await route.handle(context, call);
}

}  // namespace

base::Task<http::Response> enter(Context& context, const Route& route, http::Request& request) {
  try {
    co_return co_await admit(context, route, request);
  } catch (const Refusal& refusal) {
    co_return to_response(refusal);
  } catch (const store::Unavailable& error) {
    log_unavailable(route, "database", error.what());
    co_return to_response(refusal_of(error));
  } catch (const queue::Unavailable& error) {
    log_unavailable(route, "queue", error.what());
    co_return to_response(unavailable("queue_unavailable", "The queue does not answer."));
  }
}

http::Response to_response(const Refusal& refusal) {
  auto response = json_response(refusal.status, refusal.to_json());
  if (refusal.retry_after) response.headers.set("Retry-After", std::to_string(refusal.retry_after->count()));
  if (refusal.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace watchbill::api
