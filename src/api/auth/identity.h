// Who makes a request, and by what.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "domain/user.h"

namespace watchbill::api {

// What a request presented: the hash (base::sha256_hex) of a session's or an API token's secret.
struct Credential {
  enum class Kind { session, token };
  Kind kind = Kind::session;
  std::string hash;
};

// A user who is not disabled, by a credential that is valid.
struct Identity {
  domain::User user;
  Credential credential;
  bool read_only = false;                          // a token with access `read`
  std::optional<base::Timestamp> session_expires;  // of a session

  bool by_session() const { return credential.kind == Credential::Kind::session; }
};

}  // namespace watchbill::api
