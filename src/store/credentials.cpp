// Sessions, API tokens, and the two logs.
#include <fmt/format.h>

#include "store/database.h"
#include "store/users.h"

namespace watchbill::store {

using base::Timestamp;
using domain::UserId;
using Text = std::string;

namespace {

struct SessionRow {
  Session session;

  auto columns() {
    auto& s = session;
    return std::tie(s.token_hash, s.user_id, s.created_at, s.expires_at, s.seen_at);
  }
};

struct TokenRow {
  static constexpr const char* kColumns = "id, userId, name, tokenHash, readOnly, createdAt, usedAt";

  ApiToken token;

  auto columns() {
    auto& t = token;
    return std::tie(t.id, t.user_id, t.name, t.token_hash, t.read_only, t.created_at, t.used_at);
  }
};

}  // namespace

void Users::add_session(const Session& session) {
  auto& insert = database_.command<Text, UserId, Timestamp, Timestamp, Timestamp>(
      "INSERT INTO UserSession (tokenHash, userId, createdAt, expiresAt, seenAt) "
      "VALUES (:hash, :user, :created, :expires, :seen)");
  database_.write([&] {
    insert(session.token_hash, session.user_id, session.created_at, session.expires_at, session.seen_at);
  });
}

std::optional<Session> Users::find_session(const Text& token_hash) {
  auto& query = database_.query<SessionRow, Text, Timestamp>(
      "SELECT tokenHash, userId, createdAt, expiresAt, seenAt FROM UserSession "
      "WHERE tokenHash = :hash AND expiresAt > :now");
  const auto row = query.first(token_hash, database_.now());
  if (!row) return std::nullopt;
  return row->session;
}

void Users::touch_session(const Text& token_hash, Timestamp seen_at, Timestamp expires_at) {
  auto& update = database_.command<Timestamp, Timestamp, Text>(
      "UPDATE UserSession SET seenAt = :seen, expiresAt = :expires WHERE tokenHash = :hash");
  database_.write([&] { update(seen_at, expires_at, token_hash); });
}

void Users::remove_session(const Text& token_hash) {
  auto& remove = database_.command<Text>("DELETE FROM UserSession WHERE tokenHash = :hash");
  database_.write([&] { remove(token_hash); });
}

void Users::add_token(const ApiToken& token) {
  auto& insert = database_.command<Text, UserId, Text, Text, bool, Timestamp>(
      "INSERT INTO UserApiToken (id, userId, name, tokenHash, readOnly, createdAt) "
      "VALUES (:id, :user, :name, :hash, :read_only, :created)");
  database_.write([&] {
    insert(token.id, token.user_id, token.name, token.token_hash, token.read_only, token.created_at);
  });
}

std::vector<ApiToken> Users::tokens(const UserId& user_id) {
  auto& query = database_.query<TokenRow, UserId>(fmt::format(
      "SELECT {} FROM UserApiToken WHERE userId = :user ORDER BY createdAt DESC, id", TokenRow::kColumns));
  std::vector<ApiToken> tokens;
  for (auto& row : query.all(user_id)) tokens.push_back(std::move(row.token));
  return tokens;
}

std::optional<ApiToken> Users::find_token(const Text& token_hash) {
  auto& query = database_.query<TokenRow, Text>(
      fmt::format("SELECT {} FROM UserApiToken WHERE tokenHash = :hash", TokenRow::kColumns));
  const auto row = query.first(token_hash);
  if (!row) return std::nullopt;
  return row->token;
}

void Users::touch_token(const Text& id, Timestamp used_at) {
  auto& update = database_.command<Timestamp, Text>("UPDATE UserApiToken SET usedAt = :used WHERE id = :id");
  database_.write([&] { update(used_at, id); });
}

bool Users::remove_token(const UserId& user_id, const Text& id) {
  auto& remove =
      database_.command<Text, UserId>("DELETE FROM UserApiToken WHERE id = :id AND userId = :user");
  return database_.write([&] { return remove(id, user_id) == 1; });
}

void Users::log_audit(const AuditEntry& entry) {
  auto& insert = database_.command<Timestamp, Text, Text, Text, Text, Text>(
      "INSERT INTO MonitorAuditLog (at, actor, action, target, address, detail) "
      "VALUES (:at, :actor, :action, :target, :address, :detail)");
  database_.write(
      [&] { insert(database_.now(), entry.actor, entry.action, entry.target, entry.address, entry.detail); });
}

void Users::log_dispatch(const DispatchEntry& entry) {
  auto& insert = database_.command<Timestamp, Text, Text, std::int64_t, std::int64_t, std::int64_t, Text>(
      "INSERT INTO MonitorDispatchLog (at, source, mode, claimed, remaining, duration, error) "
      "VALUES (:at, :source, :mode, :claimed, :remaining, :duration, :error)");
  database_.write([&] {
    insert(database_.now(), entry.source, entry.mode, entry.claimed, entry.remaining, entry.duration.count(),
           entry.error);
  });
}

}  // namespace watchbill::store
