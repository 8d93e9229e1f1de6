// /api/v1/session: who is signed in, signing in, signing out.
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

base::Task<http::Response> get_session(Context& context, Call& call) {
  if (auto credential = context.sessions.presented(call.request)) {
    const auto identity = co_await context.sessions.identify(std::move(*credential));
    if (identity) {
      const json state = session_json(identity->user, identity->session_expires);
      co_return json_response(200, state);
    }
  }
  const bool has_admin =
      co_await context.store.run([](store::Store& store) { return store.users().has_admin(); });
  const json nobody = {{"user", nullptr}, {"expiresAt", nullptr}, {"setupNeeded", !has_admin}};
  co_return json_response(200, nobody);
}

// The user whose password this is. Unknown, disabled and wrong look alike and take the same time.
base::Task<domain::User> check_password(Context& context, std::string email, std::string password) {
  auto find = [email](store::Store& store) { return store.users().find_by_email(email); };
  auto user = co_await context.store.run(std::move(find));
  std::string hash = user ? user->password_hash : "";
  const bool right = co_await context.passwords.verify(std::move(hash), std::move(password));
  if (!right || user->disabled)
    throw Refusal(401, "credentials_wrong", "The e-mail address or the password is wrong.");
  co_return std::move(*user);
}

// The hash with today's parameters, where the one that is kept has others.
base::Task<store::UserEdit> renewed_hash(Context& context, const std::string& hash, std::string password) {
  store::UserEdit edit;
  if (needs_rehash(hash)) edit.password_hash = co_await context.passwords.hash(std::move(password));
  co_return edit;
}

base::Task<http::Response> sign_in(Context& context, Call& call) {
  ObjectReader reader(call.body);
  const auto email = fold_email(reader.required_text("email", kEmailLookup));
  const auto password = reader.required_text("password", kTypedPassword);
  reader.finish();

  const std::string address = call.request.remote_address;
  context.throttle.attempt(email, address);
  const auto user = co_await check_password(context, email, password);
  context.throttle.succeeded(email, address);
  const auto edit = co_await renewed_hash(context, user.password_hash, password);

  const auto session = context.sessions.begin(user.id);
  auto entry = audit_entry(call, "session.create", user.id);
  entry.actor = user.id;
  auto work = [edit, entry, row = session.row](store::Store& store) {
    if (edit.password_hash) store.users().edit(row.user_id, edit);
    store.users().add_session(row);
    store.users().log_audit(entry);
  };
  co_await context.store.change(std::move(work));
  auto response = json_response(201, session_json(user, session.row.expires_at));
  response.headers.add("Set-Cookie", session.cookie);
  co_return response;
}

base::Task<http::Response> sign_out(Context& context, Call& call) {
  const auto credential = context.sessions.presented(call.request);
  if (credential && credential->kind == Credential::Kind::session) {
    co_await context.sessions.end(credential->hash);
    context.streams.recheck();
  }
  auto response = http::Response::no_content();
  response.headers.add("Set-Cookie", context.sessions.farewell_cookie());
  co_return response;
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/session", Access::open, Body::none, get_session},
    {http::Method::post, "/api/v1/session", Access::open, Body::required, sign_in},
    {http::Method::del, "/api/v1/session", Access::open, Body::none, sign_out},
};

}  // namespace

std::span<const Route> session_routes() { return kRoutes; }

}  // namespace watchbill::api
