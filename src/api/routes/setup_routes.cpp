// /api/v1/setup: the first administrator, by the one-time link that the server printed.
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

struct Setup {
  std::string token;
  std::string password;
  store::NewUser admin;
};

Setup read_setup(const json& body, int interval_minutes) {
  ObjectReader reader(body);
  Setup setup;
  setup.token = reader.required_text("token", {.min_chars = 1, .max_chars = 128});
  setup.admin.email = read_required_email(reader, "email");
  setup.password = reader.required_text("password", kNewPassword);
  setup.admin.name = reader.text("name", kPersonName).value_or("");
  setup.admin.language = read_language(reader).value_or("");
  setup.admin.role = domain::Role::admin;
  setup.admin.interval_minutes = interval_minutes;
  reader.finish();
  return setup;
}

Refusal wrong_token() {
  return forbidden("setup_token_wrong", "This set-up link is wrong, over, or was replaced by a newer one.");
}

Refusal setup_done() {
  return conflict("setup_done", "The set-up is done: there is an administrator already.");
}

base::Task<bool> needed(Context& context) {
  co_return co_await context.store.run([](store::Store& store) { return !store.users().has_admin(); });
}

base::Task<http::Response> get_setup(Context& context, Call&) {
  const bool open = co_await needed(context);
  const json state = {{"needed", open}};
  co_return json_response(200, state);
}

// Counts again where it creates: of two who hold the link, one becomes the administrator. Signed in at once.
std::optional<domain::User> create_first(store::Store& store, const store::NewUser& admin,
                                         store::AuditEntry entry, store::Session session) {
  if (store.users().has_admin()) return std::nullopt;
  auto created = store.users().create(admin);
  if (!std::holds_alternative<domain::User>(created)) return std::nullopt;
  auto user = std::get<domain::User>(std::move(created));
  entry.target = session.user_id = user.id;
  store.users().add_session(session);
  store.users().log_audit(entry);
  return user;
}

base::Task<http::Response> complete_setup(Context& context, Call& call) {
  auto setup = read_setup(call.body, context.options.default_interval_minutes);
  const bool open = co_await needed(context);
  if (!open) throw setup_done();
  const auto& accepts = context.options.accepts_setup_token;
  if (!accepts || !accepts(setup.token)) throw wrong_token();
  setup.admin.password_hash = co_await context.passwords.hash(std::move(setup.password));

  auto entry = audit_entry(call, "setup.complete", "");
  entry.actor = "set-up";
  const auto session = context.sessions.begin("");
  auto work = [admin = setup.admin, entry, row = session.row](store::Store& store) {
    return create_first(store, admin, entry, row);
  };
  const auto user = co_await context.store.change(std::move(work));
  if (!user) throw setup_done();
  if (context.options.setup_done) context.options.setup_done();
  auto response = json_response(201, session_json(*user, session.row.expires_at));
  response.headers.add("Set-Cookie", session.cookie);
  co_return response;
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/setup", Access::open, Body::none, get_setup},
    {http::Method::post, "/api/v1/setup", Access::open, Body::required, complete_setup},
};

}  // namespace

std::span<const Route> setup_routes() { return kRoutes; }

}  // namespace watchbill::api
