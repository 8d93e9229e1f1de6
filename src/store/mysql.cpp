#include "store/mysql.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mutex>

#include "base/log.h"
#include "store/mysql_errors.h"
#include "store/mysql_text.h"
#include "store/statement.h"

namespace watchbill::store {

// Generated from prisma/migrations.
std::span<const base::EmbeddedFile> mysql_migration_files();

namespace mysql {

using base::Millis;
using base::Timestamp;

namespace {

constexpr std::size_t kMostQueued = 4 << 20;
// Prisma's: both tools wait for each other.
constexpr const char* kMigrationLock = "prisma_migrate";
constexpr int kMigrationLockSeconds = 10;

constexpr unsigned kLeastMariaDb = 100600;  // since then SKIP LOCKED
constexpr unsigned kLeastMySql = 80016;     // since then CHECK

// It would put each user's address into a table of its own before he is claimed, and find none of them again.
constexpr const char* kNoSubqueryCache = "SET SESSION optimizer_switch = 'subquery_cache=off';";

unsigned seconds_of(Millis time) {
  return static_cast<unsigned>(std::max<std::int64_t>(1, (time.count() + 999) / 1000));
}

}  // namespace

MysqlEngine::MysqlEngine(const StoreOptions& options)
    : options_(parse_mysql_url(options.url)),
      lock_wait_(options.busy_timeout),
      read_only_(options.read_only),
      clock_(options.database_clock),
      migrations_(migrations_of(mysql_migration_files())) {
  static std::once_flag once;
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
}

MysqlEngine::~MysqlEngine() = default;

void MysqlEngine::open() {
  connect(options_.answer_timeout + lock_wait_);
  was_open_ = true;
}

void MysqlEngine::connect(Millis answer_timeout) {
  connection_.reset(mysql_init(nullptr));
  if (!connection_) throw std::bad_alloc();
  auto* connection = connection_.get();
  const auto connect_s = seconds_of(options_.connect_timeout), answer_s = seconds_of(answer_timeout);
  const unsigned no = 0;
  mysql_optionsv(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
  mysql_optionsv(connection, MYSQL_OPT_READ_TIMEOUT, &answer_s);
  mysql_optionsv(connection, MYSQL_OPT_WRITE_TIMEOUT, &answer_s);
  mysql_optionsv(connection, MYSQL_OPT_LOCAL_INFILE, &no);
  mysql_optionsv(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (options_.tls != Tls::off) set_up_tls();
  const bool by_socket = !options_.socket.empty();
  // For "localhost" the library would take a socket of its own choice.
  const unsigned protocol = by_socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
  mysql_optionsv(connection, MYSQL_OPT_PROTOCOL, &protocol);
  if (!mysql_real_connect(connection, by_socket ? nullptr : options_.host.c_str(), options_.user.c_str(),
                          options_.password.c_str(), options_.database.c_str(), options_.port,
                          by_socket ? options_.socket.c_str() : nullptr,
                          CLIENT_MULTI_STATEMENTS | CLIENT_FOUND_ROWS)) {
    const auto error = error_of_opening(mysql_errno(connection), mysql_error(connection), was_open_);
    connection_.reset();
    std::rethrow_exception(error);
  }
  try {
    require_tls();
    set_up();
  } catch (...) {
    connection_.reset();
    throw;
  }
}

void MysqlEngine::set_up_tls() {
  // The library says "no such file", and not which.
  for (const auto* file : {&options_.ca, &options_.certificate, &options_.key})
    if (!file->empty() && !std::ifstream(*file))
      std::rethrow_exception(
          refusal(fmt::format("the file \"{}\" for TLS cannot be read", *file), was_open_));
  const auto name = [](const std::string& file) { return file.empty() ? nullptr : file.c_str(); };
  const my_bool yes = 1;
  const my_bool verify = options_.tls == Tls::verified;
  auto* connection = connection_.get();
  mysql_ssl_set(connection, name(options_.key), name(options_.certificate), name(options_.ca), nullptr,
                nullptr);
  mysql_optionsv(connection, MYSQL_OPT_SSL_ENFORCE, &yes);
  mysql_optionsv(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

// Where nothing is to be verified, the library goes on without TLS when the server has none.
void MysqlEngine::require_tls() {
  if (options_.tls != Tls::off && !mysql_get_ssl_cipher(connection_.get()))
    std::rethrow_exception(refusal(kServerHasNoTls, was_open_));
}

void MysqlEngine::set_up() {
  auto* connection = connection_.get();
  const bool is_mariadb = mariadb_connection(connection) != 0;
  const auto version = mysql_get_server_version(connection);
  if (version < (is_mariadb ? kLeastMariaDb : kLeastMySql))
    throw AccessRefused(fmt::format("the database server is {} {}: {} or later is needed",
                                    is_mariadb ? "MariaDB" : "MySQL", mysql_get_server_info(connection),
                                    is_mariadb ? "10.6" : "8.0.16"));
  // Whatever the server's defaults are.
  const auto settings = fmt::format(
      "SET SESSION time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = {0}, lock_wait_timeout = "
      "{0}, "
      "sql_mode = "
      "'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';"
      "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;"
      "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;"
      "{1}"
      "SELECT @@max_allowed_packet",
      seconds_of(lock_wait_), is_mariadb ? kNoSubqueryCache : "");
  std::vector<Queued> answers(is_mariadb ? 4 : 3);
  answers.push_back({{}, [this](MYSQL_RES* rows, std::int64_t) {
                       const auto row = rows ? mysql_fetch_row(rows) : nullptr;
                       if (row) longest_packet_ = static_cast<std::size_t>(to_number(row[0])) / 2;
                     }});
  if (!send(settings)) fail(false);
  read_results(answers, false);
}

Timestamp MysqlEngine::now() {
  if (clock_) return clock_->now();
  if (!in_transaction_) return from_datetime(value("SELECT UTC_TIMESTAMP(3)").value_or(""));
  if (!now_) {
    queue_clock();
    flush();
  }
  return now_.value();
}

void MysqlEngine::begin(Access access) {
  if (!connection_) open();
  in_transaction_ = true;
  has_sent_ = false;
  now_.reset();
  if (access == Access::migrate) return lock_migrations();
  if (access == Access::read) {
    queue("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    queue("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
  } else if (read_only_) {
    in_transaction_ = false;
    throw Unavailable(Unavailable::Reason::read_only, "the database is opened for reading only");
  } else {
    queue("START TRANSACTION");
    if (!clock_) queue_clock();
  }
  begun_ = queued_.size();
}

void MysqlEngine::queue_clock() {
  queue("SELECT UTC_TIMESTAMP(3)", [this](MYSQL_RES* rows, std::int64_t) {
    if (const auto row = mysql_fetch_row(rows)) now_ = from_datetime(row[0]);
  });
}

// Every statement of a migration commits by itself; what keeps others out is a lock of that name.
void MysqlEngine::lock_migrations() {
  constexpr Millis kLongestMigration = std::chrono::hours(24);
  is_migrating_ = true;
  try {
    connect(kLongestMigration);
    take_migration_lock();
  } catch (...) {
    is_migrating_ = in_transaction_ = has_sent_ = false;
    connection_.reset();
    throw;
  }
}

void MysqlEngine::take_migration_lock() {
  if (value(fmt::format("SELECT GET_LOCK('{}', {})", kMigrationLock, kMigrationLockSeconds)) != "1")
    throw Unavailable(Unavailable::Reason::busy, "another process is migrating the database");
}

void MysqlEngine::commit() {
  if (is_migrating_) return roll_back();
  // Nothing was asked and nothing is to be changed.
  if (!has_sent_ && queued_.size() == begun_) {
    queued_.clear();
    queued_bytes_ = 0;
  } else {
    queued_.push_back({"COMMIT", {}});
    flush(true);
  }
  in_transaction_ = false;
  has_sent_ = false;
}

void MysqlEngine::roll_back() {
  queued_.clear();
  queued_bytes_ = 0;
  in_transaction_ = false;
  const bool has_begun = std::exchange(has_sent_, false);
  if (std::exchange(is_migrating_, false)) return open();  // the lock ends with its connection
  if (!connection_ || !has_begun) return;
  queue("ROLLBACK");
  flush();
}

const char* MysqlEngine::insert_of_present_rows() {
  if (!connection_) open();
  return mariadb_connection(connection_.get()) ? "SET STATEMENT sql_mode = '' FOR INSERT"
                                               : "INSERT /*+ SET_VAR(sql_mode = '') */";
}

std::string MysqlEngine::limited_delete(std::string_view table, std::string_view,
                                        std::string_view condition) const {
  return fmt::format("DELETE FROM {} WHERE {} LIMIT :rows", table, condition);
}

void MysqlEngine::queue(std::string text, OnResult on_result) {
  if (queued_bytes_ + text.size() > std::min(kMostQueued, longest_packet_)) flush();
  queued_bytes_ += text.size();
  queued_.push_back({std::move(text), std::move(on_result)});
}

void MysqlEngine::flush(bool commits) {
  if (queued_.empty()) return;
  const auto statements = std::exchange(queued_, {});
  queued_bytes_ = 0;
  std::string packet;
  for (const auto& statement : statements) packet.append(packet.empty() ? "" : ";\n").append(statement.text);
  // Over a connection that may have ended long ago; nothing has happened over it that a new one would lack.
  const bool is_question = in_transaction_ || packet.starts_with("SELECT");
  const bool may_repeat = is_question && !commits && !has_sent_ && !is_migrating_;
  if (!connection_) open();
  ++round_trips_;
  handed_out_ = false;
  const auto began = base::SystemClock().monotonic_now();
  try {
    carry_out(packet, statements, commits);
  } catch (const ConnectionLost&) {
    // After a while it was the server that did not answer.
    const bool at_once = base::SystemClock().monotonic_now() - began < options_.answer_timeout / 4;
    if (!may_repeat || handed_out_ || !at_once) throw;
    open();
    carry_out(packet, statements, commits);
  }
}

void MysqlEngine::carry_out(const std::string& packet, const std::vector<Queued>& statements, bool commits) {
  if (!send(packet)) fail(commits);
  has_sent_ = has_sent_ || in_transaction_;
  read_results(statements, commits);
}

bool MysqlEngine::send(const std::string& packet) {
  return mysql_real_query(connection_.get(), packet.data(), packet.size()) == 0;
}

void MysqlEngine::read_results(const std::vector<Queued>& statements, bool commits) {
  auto* connection = connection_.get();
  for (std::size_t at = 0;; ++at) {
    const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> rows(mysql_store_result(connection),
                                                                mysql_free_result);
    if (!rows && mysql_errno(connection) != 0) fail(commits);
    if (at < statements.size() && statements[at].on_result) {
      handed_out_ = true;
      statements[at].on_result(rows.get(), static_cast<std::int64_t>(mysql_affected_rows(connection)));
    }
    const int next = mysql_next_result(connection);
    if (next > 0) fail(commits);
    if (next < 0) return;
  }
}

// With the connection's last error.
void MysqlEngine::fail(bool committing) {
  const auto number = mysql_errno(connection_.get());
  const std::string message = mysql_error(connection_.get());
  // Rights that are given meanwhile count for new connections only.
  if (is_connection_lost(number) || is_denied(number)) {
    connection_.reset();
    has_sent_ = false;
  }
  std::rethrow_exception(error_of(number, message, committing));
}

std::optional<std::string> MysqlEngine::value(const std::string& sql) {
  std::optional<std::string> value;
  queue(sql, [&](MYSQL_RES* rows, std::int64_t) {
    if (const auto row = mysql_fetch_row(rows); row && row[0]) value = row[0];
  });
  flush();
  return value;
}

void MysqlEngine::run_script(std::string_view script) {
  std::string sql(script);
  // Keys that refer to another application's users must have the collation that their ids have.
  constexpr std::string_view kOurs = "utf8mb4_unicode_ci";
  const auto theirs = collation_of_users().value_or(std::string(kOurs));
  for (std::size_t at = 0; theirs != kOurs && (at = sql.find(kOurs, at)) != sql.npos; at += theirs.size())
    sql.replace(at, kOurs.size(), theirs);
  try {
    send_script(sql);
  } catch (const AlreadyThere& e) {
    // ALTER TABLE comes last in a migration, and is done or not done as a whole: by hand, or before an
    // interruption.
    base::log::warning("a migration finds its columns there already", {{"error", e.what()}});
    value(
        "SELECT fence + startedFence FROM UserMonitorSchedule WHERE roundsFrom IS NOT NULL AND claimableAt "
        "IS NOT NULL "
        "LIMIT 0");
  }
}

void MysqlEngine::send_script(const std::string& script) {
  if (!connection_) open();
  if (!send(script)) fail(false);
  read_results({}, false);
}

// Or what type their ids have, where that is no text; none: there is no such table yet.
std::optional<std::string> MysqlEngine::collation_of_users() {
  return value(
      "SELECT coalesce(collation_name, data_type) FROM information_schema.columns WHERE table_schema = "
      "database() AND "
      "table_name = 'User' AND column_name = 'id'");
}

void MysqlEngine::require_migratable() {
  const auto ids = collation_of_users().value_or("utf8mb4");
  if (!ids.starts_with("utf8mb4"))
    throw MigrationNeeded(
        fmt::format("the column id of the table User is {}: watchbill's tables refer to it, and it must be a "
                    "text in utf8mb4",
                    ids));
}

std::vector<std::string> MysqlEngine::table_names() {
  std::vector<std::string> names;
  queue("SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
        [&](MYSQL_RES* rows, std::int64_t) {
          while (const auto row = mysql_fetch_row(rows)) names.emplace_back(row[0]);
        });
  flush();
  return names;
}

void MysqlEngine::prepare_migrations() {
  send_script(
      "CREATE TABLE IF NOT EXISTS _prisma_migrations ("
      "id VARCHAR(36) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3) NULL, "
      "migration_name VARCHAR(255) NOT NULL, logs TEXT NULL, rolled_back_at DATETIME(3) NULL, "
      "started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), "
      "applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0"
      ") DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
}

}  // namespace mysql

}  // namespace watchbill::store
