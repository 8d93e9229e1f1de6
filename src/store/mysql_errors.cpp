#include "store/mysql_errors.h"

#include <fmt/format.h>

// errmsg.h of the client, mysqld_error.h of the server.
#include <errmsg.h>
#include <mysqld_error.h>

#include "store/engine.h"

namespace watchbill::store::mysql {

namespace {

// Of MySQL 8, unknown to MariaDB's header.
constexpr unsigned kClientInteractionTimeout = 4031;
constexpr unsigned kLockNowait = 3572;
constexpr unsigned kSecureTransportRequired = 3159;
constexpr unsigned kQueryTimeout = 3024;
constexpr unsigned kReadOnlyMode = 1836;

// The library's words for it.
constexpr std::string_view kTls = "TLS/SSL error: ";
constexpr std::string_view kNoTls = "SSL is required, but the server does not support it";

std::string tls_failure(std::string_view message) {
  if (message.starts_with(kTls)) message.remove_prefix(kTls.size());
  if (message == kNoTls) return kServerHasNoTls;
  return fmt::format(
      "TLS with the database server fails: {} (ssl_ca=FILE names the authority of its certificate)", message);
}

}  // namespace

bool is_connection_lost(unsigned number) {
  switch (number) {
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_SERVER_LOST_EXTENDED:
    case CR_COMMANDS_OUT_OF_SYNC:
    case CR_MALFORMED_PACKET:
    case CR_SERVER_HANDSHAKE_ERR:
    case CR_SSL_CONNECTION_ERROR:
    case ER_NET_READ_ERROR:
    case ER_NET_READ_INTERRUPTED:
    case ER_NET_ERROR_ON_WRITE:
    case ER_NET_WRITE_INTERRUPTED:
    case ER_SERVER_SHUTDOWN:
    case ER_NORMAL_SHUTDOWN:
    case ER_CONNECTION_KILLED:
    case kClientInteractionTimeout:
      return true;
    default:
      return false;
  }
}

bool is_denied(unsigned number) {
  switch (number) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
    case ER_SPECIFIC_ACCESS_DENIED_ERROR:
      return true;
    default:
      return false;
  }
}

std::exception_ptr error_of(unsigned number, const std::string& message, bool committing) {
  using Reason = Unavailable::Reason;
  const auto told = [&](std::string_view what) { return fmt::format("{} ({}: {})", what, number, message); };
  const auto unavailable = [&](Reason reason, std::string_view what) {
    return std::make_exception_ptr(Unavailable(reason, told(what)));
  };
  if (is_connection_lost(number)) {
    const auto what = told("the connection to the database is lost");
    if (committing) return std::make_exception_ptr(Unavailable(Reason::connection, what, true));
    return std::make_exception_ptr(ConnectionLost(what));
  }
  if (is_denied(number))
    return unavailable(Reason::read_only, "the database refuses what its user must be able to do");
  // Under the number of what could not be done for want of it.
  if (message.find("No space left on device") != message.npos)
    return unavailable(Reason::disk_full, "the database has no room");
  switch (number) {
    case ER_DUP_ENTRY:            // somebody else wrote that key first: who looks again finds it
    case ER_NO_REFERENCED_ROW_2:  // removed what is referred to
    case ER_LOCK_DEADLOCK:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_CHECKREAD:  // MariaDB: the row has changed since the transaction began
    case kLockNowait:
      return std::make_exception_ptr(Conflict(told("the database is busy")));
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_UNKNOWN_HOST:
    case CR_IPSOCK_ERROR:
      return unavailable(Reason::connection, "the database cannot be reached");
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_USER_LIMIT_REACHED:
      return unavailable(Reason::connection, "the database takes no more connections");
    case kReadOnlyMode:
    case ER_OPTION_PREVENTS_STATEMENT:
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
      return unavailable(Reason::read_only, "the database cannot be written to");
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL:
    case ER_OUT_OF_RESOURCES:
      return unavailable(Reason::disk_full, "the database has no room");
    case ER_QUERY_INTERRUPTED:
    case ER_STATEMENT_TIMEOUT:
    case kQueryTimeout:
    case ER_UNKNOWN_COM_ERROR:  // Galera: not ready
    case ER_LOCK_TABLE_FULL:
    case ER_ERROR_DURING_COMMIT:
    case ER_CANT_CREATE_THREAD:
      return unavailable(Reason::busy, "the database cannot do it now");
    case ER_ERROR_ON_WRITE:
    case ER_ERROR_ON_READ:
    case ER_GET_ERRNO:
    case ER_CRASHED_ON_USAGE:
    case ER_OUTOFMEMORY:
      return unavailable(Reason::io, "the database cannot be read or written");
    case ER_DUP_FIELDNAME:
    case ER_DUP_KEYNAME:
      return std::make_exception_ptr(AlreadyThere(message));
    default:
      return std::make_exception_ptr(Error(fmt::format("{} ({})", message, number)));
  }
}

std::exception_ptr refusal(const std::string& why, bool was_open) {
  if (!was_open) return std::make_exception_ptr(AccessRefused(why));
  return std::make_exception_ptr(Unavailable(Unavailable::Reason::connection,
                                             fmt::format("the database refuses a new connection: {}", why)));
}

std::exception_ptr error_of_opening(unsigned number, const std::string& message, bool was_open) {
  switch (number) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_BAD_DB_ERROR:
    case ER_HOST_NOT_PRIVILEGED:
    case ER_HOST_IS_BLOCKED:
    case kSecureTransportRequired:
      return refusal(message, was_open);
    case CR_SSL_CONNECTION_ERROR:
      return refusal(tls_failure(message), was_open);
    default:
      break;
  }
  // Whatever became of it, there is no connection.
  const auto error = error_of(number, message, false);
  try {
    std::rethrow_exception(error);
  } catch (const ConnectionLost& e) {
    return std::make_exception_ptr(Unavailable(Unavailable::Reason::connection, e.what()));
  } catch (...) {
    return error;
  }
}

}  // namespace watchbill::store::mysql
