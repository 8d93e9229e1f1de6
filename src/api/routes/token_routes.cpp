// /api/v1/me/tokens: API tokens, shown once and kept as hashes.
#include "api/audit.h"
#include "api/context.h"
#include "api/json/object_reader.h"
#include "api/json/values.h"
#include "api/refusal.h"
#include "api/routes/route.h"
#include "base/id.h"

namespace watchbill::api {

namespace {

using nlohmann::json;

constexpr std::size_t kMostTokens = 20;

json token_json(const store::ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"access", token.read_only ? "read" : "write"},
          {"createdAt", time_json(token.created_at)},
          {"lastUsedAt", time_json(token.used_at)}};
}

base::Task<http::Response> list_tokens(Context& context, Call& call) {
  auto work = [id = call.user_id()](store::Store& store) { return store.users().tokens(id); };
  const auto tokens = co_await context.store.run(std::move(work));
  co_return json_response(200, list_json(tokens, token_json));
}

// False: there are as many as allowed.
bool add_token(store::Store& store, const store::ApiToken& token, const store::AuditEntry& entry) {
  if (store.users().tokens(token.user_id).size() >= kMostTokens) return false;
  store.users().add_token(token);
  store.users().log_audit(entry);
  return true;
}

base::Task<http::Response> create_token(Context& context, Call& call) {
  ObjectReader reader(call.body);
  store::ApiToken token;
  token.name = reader.required_text("name", {.min_chars = 1, .max_chars = 100, .trim = true});
  token.read_only = reader.choice("access", {"read", "write"}).value_or("read") == "read";
  reader.finish();

  const std::string secret = std::string(kTokenPrefix) + base::new_secret();
  token.id = base::new_id();
  token.user_id = call.user_id();
  token.token_hash = base::sha256_hex(secret);
  token.created_at = context.clock.now();
  auto entry = audit_entry(call, "token.create", token.id);
  auto work = [token, entry](store::Store& store) { return add_token(store, token, entry); };
  const bool added = co_await context.store.change(std::move(work));
  if (!added) throw forbidden("quota_exceeded", "There are 20 tokens already; revoke one first.");
  json answer = token_json(token);
  answer["token"] = secret;
  co_return json_response(201, answer);
}

base::Task<http::Response> revoke_token(Context& context, Call& call) {
  const std::string id = call.parameter("tokenId");
  auto entry = audit_entry(call, "token.revoke", id);
  auto work = [user_id = call.user_id(), id, entry](store::Store& store) {
    if (!store.users().remove_token(user_id, id)) return false;
    store.users().log_audit(entry);
    return true;
  };
  const bool removed = co_await context.store.change(std::move(work));
  if (!removed) throw not_found("token");
  context.streams.recheck();
  co_return http::Response::no_content();
}

constexpr Route kRoutes[] = {
    {http::Method::get, "/api/v1/me/tokens", Access::session, Body::none, list_tokens},
    {http::Method::post, "/api/v1/me/tokens", Access::session, Body::required, create_token},
    {http::Method::del, "/api/v1/me/tokens/{tokenId}", Access::session, Body::none, revoke_token},
};

}  // namespace

std::span<const Route> token_routes() { return kRoutes; }

}  // namespace watchbill::api
