// /api/v1/me: my account and my password.
#include "api/audit.h"
#include "api/auth/email.h"
#include "api/context.h"
#include "api/json/user_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

base::Task<http::Response> get_me(Context&, Call& call) {
  co_return json_response(200, me_json(call.identity->user));
}

// For what a stolen open page must not be enough for. Guesses are limited like sign-ins.
base::Task<> confirm_password(Context& context, domain::User user, std::string address,
                              std::string password) {
  context.throttle.attempt(user.email, address);
  const bool right = co_await context.passwords.verify(user.password_hash, std::move(password));
  if (!right) throw forbidden("password_wrong", "The current password is wrong.");
  context.throttle.succeeded(user.email, address);
}

struct MeChange {
  store::UserEdit edit;
  std::optional<std::string> current_password;
};

MeChange read_change(const json& body) {
  ObjectReader reader(body);
  MeChange change;
  change.edit.name = reader.text("name", kPersonName);
  change.edit.email = read_email(reader, "email");
  change.edit.language = read_language(reader);
  change.edit.theme = read_theme(reader);
  change.current_password = reader.text("currentPassword", kTypedPassword);
  if (change.edit.email && !reader.has("currentPassword"))
    reader.add_error("currentPassword", "required", "Is required to change the e-mail address.");
  reader.finish();
  return change;
}

base::Task<> confirm_new_email(Context& context, Call& call, std::string password) {
  if (!call.identity->by_session())
    throw forbidden("session_required",
                    "Changing the e-mail address needs a session; a token is not enough.");
  co_await confirm_password(context, call.identity->user, call.request.remote_address, std::move(password));
}

base::Task<http::Response> update_me(Context& context, Call& call) {
  auto change = read_change(call.body);
  if (change.edit.email) co_await confirm_new_email(context, call, *change.current_password);
  auto entry = audit_entry(call, "me.update", call.user_id());
  auto work = [id = call.user_id(), edit = change.edit, entry](store::Store& store) {
    auto result = store.users().edit(id, edit);
    if (edit.email && std::holds_alternative<domain::User>(result)) store.users().log_audit(entry);
    return result;
  };
  const auto result = co_await context.store.change(std::move(work));
  if (const auto* user = std::get_if<domain::User>(&result)) co_return json_response(200, me_json(*user));
  if (std::get<store::UserRefusal>(result) == store::UserRefusal::email_taken)
    throw conflict("email_taken", "Another account has this e-mail address.");
  throw unauthorized();
}

// The cookie that was in use becomes worthless with the old password, whoever may hold a copy of it.
base::Task<http::Response> change_password(Context& context, Call& call) {
  ObjectReader reader(call.body);
  const auto current = reader.required_text("currentPassword", kTypedPassword);
  const auto wanted = reader.required_text("newPassword", kNewPassword);
  reader.finish();
  co_await confirm_password(context, call.identity->user, call.request.remote_address, current);

  store::UserEdit edit;
  edit.password_hash = co_await context.passwords.hash(wanted);
  const auto session = context.sessions.begin(call.user_id());
  auto entry = audit_entry(call, "me.password", call.user_id());
  auto work = [edit, entry, row = session.row](store::Store& store) {
    store.users().edit(row.user_id, edit);
    store.users().add_session(row);
    store.users().log_audit(entry);
  };
  co_await context.store.change(std::move(work));
  context.streams.recheck();
  auto response = http::Response::no_content();
  response.headers.add("Set-Cookie", session.cookie);
  co_return response;
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/me", Access::user, Body::none, get_me},
    {http::Method::patch, "/api/v1/me", Access::user, Body::required, update_me},
    {http::Method::post, "/api/v1/me/password", Access::session, Body::required, change_password},
};

}  // namespace

std::span<const Route> me_routes() { return kRoutes; }

}  // namespace watchbill::api
