// Sessions and API tokens: making them, and finding who is behind a request.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/auth/identity.h"
#include "base/task.h"
#include "http/message.h"
#include "store/async_store.h"

namespace watchbill::api {

constexpr std::string_view kTokenPrefix = "wb_";

// Reactor thread only. What it is given must outlive it.
class Sessions {
 public:
  // A session ends when it was not used for kIdle, and kLongest after signing in.
  static constexpr auto kIdle = std::chrono::days(14);
  static constexpr auto kLongest = std::chrono::days(90);

  // `secure`: the page is reached by https only; the cookie is then bound to it.
  Sessions(store::AsyncStore& store, const base::Clock& clock, bool secure);

  struct New {
    std::string cookie;  // value of Set-Cookie
    store::Session row;
  };

  // A session to be: it is one once the caller has added its row to the store.
  New begin(domain::UserId user_id) const;
  base::Task<> end(std::string token_hash);
  // Value of a Set-Cookie that takes the cookie away.
  std::string farewell_cookie() const;

  // Reads `Authorization: Bearer`, or else the cookie; nothing else, so that no secret is ever taken from an
  // address. An `Authorization` header that holds no token of ours is a credential that nobody has.
  std::optional<Credential> presented(const http::Request& request) const;

  // Nothing when the credential is unknown, expired or revoked, or its user disabled. Notes the use, at most
  // once in a while.
  base::Task<std::optional<Identity>> identify(Credential credential);

  // Which of these still identify somebody, in their order. One visit to the store; notes no use.
  base::Task<std::vector<bool>> alive(std::vector<Credential> credentials);

 private:
  store::AsyncStore& store_;
  const base::Clock& clock_;
  const bool secure_;
  const std::string cookie_name_;
};

}  // namespace watchbill::api
