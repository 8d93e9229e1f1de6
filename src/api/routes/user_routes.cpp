// /api/v1/users: user administration.
#include "api/audit.h"
#include "api/auth/email.h"
#include "api/context.h"
#include "api/json/query_reader.h"
#include "api/json/user_json.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

domain::Role role_of(std::string_view name) {
  return name == "admin" ? domain::Role::admin : domain::Role::user;
}

std::optional<std::string> read_role(ObjectReader& reader) {
  return reader.choice("role", {"user", "admin"});
}

std::optional<std::int64_t> read_interval(ObjectReader& reader) {
  return reader.integer("intervalMinutes", domain::kMinIntervalMinutes, domain::kMaxIntervalMinutes);
}

[[noreturn]] void refuse(store::UserRefusal refusal) {
  switch (refusal) {
    case store::UserRefusal::unknown_user:
      break;
    case store::UserRefusal::email_taken:
      throw conflict("email_taken", "Another account has this e-mail address.");
    case store::UserRefusal::last_admin:
      throw conflict("last_admin", "No administrator would be left.");
  }
  throw not_found("user");
}

// A token may leak; who holds it must not be able to make himself at home for good.
void require_session(const Call& call) {
  if (!call.identity->by_session())
    throw forbidden("session_required", "Making an administrator needs a session; a token is not enough.");
}

void refuse_own_account(const Call& call, const domain::UserId& id) {
  if (id == call.user_id())
    throw conflict("own_account", "Another administrator has to do this to your account.");
}

// On the store's thread.
std::optional<store::UserWithSchedule> find_user(store::Store& store, const domain::UserId& id) {
  auto user = store.users().find(id);
  auto schedule = store.schedules().find_or_make(id);
  if (!user || !schedule) return std::nullopt;
  return store::UserWithSchedule{std::move(*user), std::move(*schedule), store.monitors().count(id)};
}

http::Response answer(Context& context, int status, const std::optional<store::UserWithSchedule>& user) {
  if (!user) throw not_found("user");
  return json_response(status, user_json(*user, context.clock.now()));
}

struct UserPage {
  std::vector<store::UserWithSchedule> users;
  std::optional<std::string> next_cursor;
};

base::Task<http::Response> list_users(Context& context, Call& call) {
  QueryReader reader(call.request);
  store::UserQuery query;
  query.search = reader.text("q", 764).value_or("");
  query.after = reader.text("cursor", 256);
  query.limit = reader.limit(50, 200);
  reader.finish();
  auto work = [query](store::Store& store) {
    UserPage page;
    page.users = store.users().list(query, page.next_cursor);
    return page;
  };
  const auto page = co_await context.store.run(std::move(work));
  const auto view = [now = context.clock.now()](const store::UserWithSchedule& user) {
    return user_json(user, now);
  };
  co_return json_response(200, list_json(page.users, view, page.next_cursor));
}

base::Task<http::Response> get_user(Context& context, Call& call) {
  auto work = [id = call.parameter("userId")](store::Store& store) { return find_user(store, id); };
  const auto user = co_await context.store.run(std::move(work));
  co_return answer(context, 200, user);
}

base::Task<store::NewUser> read_new_user(Context& context, Call& call) {
  ObjectReader reader(call.body);
  store::NewUser user;
  user.email = read_required_email(reader, "email");
  auto password = reader.required_text("password", kNewPassword);
  user.name = reader.text("name", kPersonName).value_or("");
  user.role = role_of(read_role(reader).value_or("user"));
  user.interval_minutes =
      static_cast<int>(read_interval(reader).value_or(context.options.default_interval_minutes));
  reader.finish();
  if (user.role == domain::Role::admin) require_session(call);
  user.password_hash = co_await context.passwords.hash(std::move(password));
  co_return user;
}

using CreateResult = std::variant<store::UserWithSchedule, store::UserRefusal>;

CreateResult create(store::Store& store, const store::NewUser& params, store::AuditEntry entry) {
  const auto created = store.users().create(params);
  if (const auto* refusal = std::get_if<store::UserRefusal>(&created)) return *refusal;
  entry.target = std::get<domain::User>(created).id;
  store.users().log_audit(entry);
  auto user = find_user(store, entry.target);
  if (!user) return store::UserRefusal::unknown_user;
  return std::move(*user);
}

base::Task<http::Response> create_user(Context& context, Call& call) {
  const auto params = co_await read_new_user(context, call);
  const json detail = {{"email", params.email}, {"role", domain::to_string(params.role)}};
  auto work = [params, entry = audit_entry(call, "user.create", "", detail)](store::Store& store) {
    return create(store, params, entry);
  };
  const auto result = co_await context.store.change(std::move(work));
  if (const auto* refusal = std::get_if<store::UserRefusal>(&result)) refuse(*refusal);
  const auto& user = std::get<store::UserWithSchedule>(result);
  context.dispatching.wake();
  auto response = json_response(201, user_json(user, context.clock.now()));
  response.headers.set("Location", context.options.base_path + "/api/v1/users/" + user.user.id);
  co_return response;
}

struct UserChange {
  store::UserEdit user;
  store::ScheduleEdit schedule;

  bool edits_user() const { return user.name || user.role || user.disabled; }
};

UserChange read_change(const json& body) {
  ObjectReader reader(body);
  UserChange change;
  change.user.name = reader.text("name", kPersonName);
  if (const auto role = read_role(reader)) change.user.role = role_of(*role);
  change.user.disabled = reader.boolean("disabled");
  if (const auto interval = read_interval(reader))
    change.schedule.interval_minutes = static_cast<int>(*interval);
  reader.finish();
  return change;
}

using ChangeResult = CreateResult;

ChangeResult apply(store::Store& store, const UserChange& change, const store::AuditEntry& entry) {
  if (change.edits_user()) {
    const auto edited = store.users().edit(entry.target, change.user);
    if (const auto* refusal = std::get_if<store::UserRefusal>(&edited)) return *refusal;
  }
  if (change.schedule.interval_minutes) store.schedules().edit(entry.target, change.schedule);
  auto user = find_user(store, entry.target);
  if (!user) return store::UserRefusal::unknown_user;
  store.users().log_audit(entry);
  return std::move(*user);
}

base::Task<http::Response> update_user(Context& context, Call& call) {
  auto change = read_change(call.body);
  const std::string id = call.parameter("userId");
  if (change.user.role == domain::Role::admin) require_session(call);
  if (change.user.disabled == true || change.user.role == domain::Role::user) refuse_own_account(call, id);
  auto work = [change = std::move(change), entry = audit_entry(call, "user.update", id, call.body)](
                  store::Store& store) { return apply(store, change, entry); };
  const auto result = co_await context.store.change(std::move(work));
  if (const auto* refusal = std::get_if<store::UserRefusal>(&result)) refuse(*refusal);
  context.events.publish({id, domain::ScheduleChanged{}});
  context.dispatching.wake();
  context.streams.recheck();
  co_return json_response(200, user_json(std::get<store::UserWithSchedule>(result), context.clock.now()));
}

base::Task<http::Response> reset_password(Context& context, Call& call) {
  ObjectReader reader(call.body);
  auto password = reader.required_text("password", kNewPassword);
  reader.finish();
  const std::string id = call.parameter("userId");
  refuse_own_account(call, id);
  store::UserEdit edit;
  edit.password_hash = co_await context.passwords.hash(std::move(password));
  auto work = [edit, entry = audit_entry(call, "user.password", id)](store::Store& store) {
    auto result = store.users().edit(entry.target, edit);
    if (std::holds_alternative<domain::User>(result)) store.users().log_audit(entry);
    return result;
  };
  const auto result = co_await context.store.change(std::move(work));
  if (const auto* refusal = std::get_if<store::UserRefusal>(&result)) refuse(*refusal);
  context.streams.recheck();
  co_return http::Response::no_content();
}

base::Task<http::Response> delete_user(Context& context, Call& call) {
  const std::string id = call.parameter("userId");
  refuse_own_account(call, id);
  auto work = [entry = audit_entry(call, "user.delete", id)](store::Store& store) {
    const auto refusal = store.users().remove(entry.target);
    if (!refusal) store.users().log_audit(entry);
    return refusal;
  };
  const auto refusal = co_await context.store.change(std::move(work));
  if (refusal) refuse(*refusal);
  context.streams.recheck();
  co_return http::Response::no_content();
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/users", Access::admin, Body::none, list_users},
    {http::Method::post, "/api/v1/users", Access::admin, Body::required, create_user},
    {http::Method::get, "/api/v1/users/{userId}", Access::admin, Body::none, get_user},
    {http::Method::patch, "/api/v1/users/{userId}", Access::admin, Body::required, update_user},
    {http::Method::del, "/api/v1/users/{userId}", Access::admin, Body::none, delete_user},
    {http::Method::post, "/api/v1/users/{userId}/password", Access::admin_session, Body::required,
     reset_password},
};

}  // namespace

std::span<const Route> user_routes() { return kRoutes; }

}  // namespace watchbill::api
