#include "api/auth/sessions.h"

#include <fmt/format.h>

#include "base/id.h"
#include "http/headers.h"

namespace watchbill::api {

namespace {

// How exact `seen_at` and `used_at` are: a write per request would cost more than all reads.
constexpr auto kSessionTouch = std::chrono::minutes(5);
constexpr auto kTokenTouch = std::chrono::minutes(1);

std::optional<domain::User> active_user(store::Store& store, const domain::UserId& id) {
  auto user = store.users().find(id);
  if (user && user->disabled) user.reset();
  return user;
}

base::Timestamp session_end(base::Timestamp created_at, base::Timestamp now) {
  return std::min(now + Sessions::kIdle, created_at + Sessions::kLongest);
}

// Being seen is worth nothing to a reader: where the database cannot be written to, reading goes on.
template <class Write>
void note_use(Write write) {
  try {
    write();
  } catch (const store::Unavailable&) {
  }
}

enum class Use { noted, unnoted };

std::optional<Identity> by_session(store::Store& store, Credential credential, base::Timestamp now, Use use) {
  auto session = store.users().find_session(credential.hash);
  if (!session || session->expires_at <= now) return std::nullopt;
  auto user = active_user(store, session->user_id);
  if (!user) return std::nullopt;
  if (use == Use::noted && now - session->seen_at >= kSessionTouch) {
    session->expires_at = session_end(session->created_at, now);
    note_use([&] { store.users().touch_session(credential.hash, now, session->expires_at); });
  }
  return Identity{std::move(*user), std::move(credential), false, session->expires_at};
}

std::optional<Identity> by_token(store::Store& store, Credential credential, base::Timestamp now, Use use) {
  const auto token = store.users().find_token(credential.hash);
  if (!token) return std::nullopt;
  auto user = active_user(store, token->user_id);
  if (!user) return std::nullopt;
  if (use == Use::noted && (!token->used_at || now - *token->used_at >= kTokenTouch))
    note_use([&] { store.users().touch_token(token->id, now); });
  return Identity{std::move(*user), std::move(credential), token->read_only, std::nullopt};
}

std::optional<Identity> find_identity(store::Store& store, Credential credential, base::Timestamp now,
                                      Use use) {
  return credential.kind == Credential::Kind::session ? by_session(store, std::move(credential), now, use)
                                                      : by_token(store, std::move(credential), now, use);
}

}  // namespace

Sessions::Sessions(store::AsyncStore& store, const base::Clock& clock, bool secure)
    : store_(store),
      clock_(clock),
      secure_(secure),
      cookie_name_(secure ? "__Host-watchbill_session" : "watchbill_session") {}

Sessions::New Sessions::begin(domain::UserId user_id) const {
  const std::string secret = base::new_secret();
  New session;
  session.row.token_hash = base::sha256_hex(secret);
  session.row.user_id = std::move(user_id);
  session.row.created_at = session.row.seen_at = clock_.now();
  session.row.expires_at = session_end(session.row.created_at, session.row.created_at);
  session.cookie = fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name_, secret,
                               std::chrono::seconds(kLongest).count(), secure_ ? "; Secure" : "");
  return session;
}

base::Task<> Sessions::end(std::string token_hash) {
  auto work = [hash = std::move(token_hash)](store::Store& store) { store.users().remove_session(hash); };
  co_await store_.run(std::move(work));
}

std::string Sessions::farewell_cookie() const {
  return fmt::format("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{}", cookie_name_,
                     secure_ ? "; Secure" : "");
}

std::optional<Credential> Sessions::presented(const http::Request& request) const {
  if (const auto header = request.headers.find("Authorization")) {
    constexpr std::string_view kScheme = "Bearer ";
    const bool bearer =
        header->size() > kScheme.size() && http::same_token(header->substr(0, kScheme.size()), kScheme);
    return Credential{Credential::Kind::token,
                      bearer ? base::sha256_hex(header->substr(kScheme.size())) : ""};
  }
  const std::string_view secret = request.cookie(cookie_name_);
  if (secret.empty()) return std::nullopt;
  return Credential{Credential::Kind::session, base::sha256_hex(secret)};
}

base::Task<std::optional<Identity>> Sessions::identify(Credential credential) {
  auto work = [credential = std::move(credential), now = clock_.now()](store::Store& store) {
    return find_identity(store, credential, now, Use::noted);
  };
  co_return co_await store_.run(std::move(work));
}

base::Task<std::vector<bool>> Sessions::alive(std::vector<Credential> credentials) {
  auto work = [credentials = std::move(credentials), now = clock_.now()](store::Store& store) {
    std::vector<bool> alive;
    for (const auto& credential : credentials)
      alive.push_back(find_identity(store, credential, now, Use::unnoted).has_value());
    return alive;
  };
  co_return co_await store_.run(std::move(work));
}

}  // namespace watchbill::api
