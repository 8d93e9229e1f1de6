// What a server's error numbers mean in the words of store/errors.h.
#pragma once

#include <exception>
#include <string>

#include "store/errors.h"

namespace watchbill::store::mysql {

// A column or an index of that name.
class AlreadyThere : public Error {
 public:
  using Error::Error;
};

// `number` and `message` as the client library has them. `committing`: a COMMIT was among what was sent.
std::exception_ptr error_of(unsigned number, const std::string& message, bool committing);

// The same where a connection was to be made. What refuses the first one will refuse any: AccessRefused.
// Later it may be a server that is being replaced.
std::exception_ptr error_of_opening(unsigned number, const std::string& message, bool was_open);

// `why` there is no connection, in the same words.
std::exception_ptr refusal(const std::string& why, bool was_open);

// The connection is of no more use.
bool is_connection_lost(unsigned number);

// The user lacks a right.
bool is_denied(unsigned number);

constexpr const char* kServerHasNoTls = "TLS is asked for, and the database server has none";

}  // namespace watchbill::store::mysql
