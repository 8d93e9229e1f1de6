#include "store/sqlite.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "base/embedded_file.h"
#include "store/sqlite_file.h"

namespace watchbill::store {

// Generated from migrations/sqlite.
std::span<const base::EmbeddedFile> sqlite_migration_files();

namespace sqlite {

namespace {

constexpr std::int64_t kLeastSpace = 1 << 20;

// What each connection needs. Not WAL: SQLite before 3.51.3, Debian's among them, can corrupt a WAL database
// that several connections write. PERSIST because rewriting the journal's header is cheaper than deleting the
// file.
constexpr const char* kSettings =
    "PRAGMA journal_mode = PERSIST;"
    "PRAGMA journal_size_limit = 33554432;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = FAST;"
    "PRAGMA cache_size = -65536;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;";

// Each connection here belongs to one thread at a time, and nobody reads SQLite's memory statistics: without
// the locks for both a round costs a tenth less. Without effect where the process used SQLite before.
void configure_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  });
}

sqlite_api::sqlite3* connection(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

// SQLite's busy handler. By the machine's clock, whatever clock the store's times come from.
int wait_for_lock(void* patience, int tries) {
  const auto sleep =
      static_cast<BusyPatience*>(patience)->next_sleep(tries, base::SystemClock().monotonic_now());
  if (sleep) std::this_thread::sleep_for(*sleep);
  return sleep ? 1 : 0;
}

void execute(soci::session& session, std::string_view script) {
  auto* sqlite = connection(session);
  const int code = sqlite_api::sqlite3_exec(sqlite, std::string(script).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(sqlite), code);
}

std::vector<Migration> embedded_migrations() {
  std::vector<Migration> migrations;
  for (const auto& file : sqlite_migration_files())
    migrations.push_back({std::string(file.path.substr(0, file.path.find('/'))), file.bytes});
  return migrations;
}

int code_of(const soci::soci_error& error) {
  const auto* sqlite_error = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return sqlite_error ? sqlite_error->result() : SQLITE_ERROR;
}

bool is_damage(int code) { return (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT; }

}  // namespace

SqliteDialect::SqliteDialect(const StoreOptions& options, const base::Clock& clock)
    : path_(path_of(options.url)),
      read_only_(options.read_only),
      patience_(options.busy_timeout),
      clock_(clock),
      migrations_(embedded_migrations()) {}

void SqliteDialect::open(soci::session& session) {
  configure_library();
  if (!read_only_) create_if_absent(path_);
  try {
    session.open(soci::sqlite3, connect_string(path_, read_only_));
    sqlite3_extended_result_codes(connection(session), 1);
    sqlite3_busy_handler(connection(session), wait_for_lock, &patience_);
    check_ours(session, path_);
    execute(session, kSettings);
  } catch (const soci::soci_error& error) {
    if (is_damage(code_of(error)))
      throw NotADatabase(fmt::format("{} is not a database, or it is damaged", path_));
    std::rethrow_exception(translate(error, false));
  }
}

base::Timestamp SqliteDialect::now(soci::session&) const { return clock_.now(); }

bool SqliteDialect::in_transaction(soci::session& session) const {
  return sqlite_api::sqlite3_get_autocommit(connection(session)) == 0;
}

void SqliteDialect::run_script(soci::session& session, std::string_view script) const {
  try {
    execute(session, script);
  } catch (const soci::soci_error& error) {
    std::rethrow_exception(translate(error, false));
  }
}

void SqliteDialect::check_space() const {
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::path(path_).parent_path(), error);
  if (!error && space.available < kLeastSpace)
    throw Unavailable(Unavailable::Reason::disk_full, fmt::format("the disk of {} is full", path_));
}

void SqliteDialect::prepare_migrations(soci::session& session) const {
  run_script(session, fmt::format("PRAGMA application_id = {};"
                                  "CREATE TABLE IF NOT EXISTS _prisma_migrations ("
                                  "  id                  TEXT    NOT NULL PRIMARY KEY,"
                                  "  checksum            TEXT    NOT NULL,"
                                  "  finished_at         INTEGER,"
                                  "  migration_name      TEXT    NOT NULL,"
                                  "  logs                TEXT,"
                                  "  rolled_back_at      INTEGER,"
                                  "  started_at          INTEGER NOT NULL,"
                                  "  applied_steps_count INTEGER NOT NULL DEFAULT 0"
                                  ") STRICT",
                                  kApplicationId));
}

std::exception_ptr SqliteDialect::translate(const soci::soci_error& error, bool committing) const {
  using Reason = Unavailable::Reason;
  // The engine's own message; what() would show the bound values, secrets among them.
  const auto message = error.get_error_message();
  const auto unavailable = [&](Reason reason, std::string_view what) {
    return std::make_exception_ptr(
        Unavailable(reason, fmt::format("{} ({})", what, message), committing && reason == Reason::io));
  };
  const int code = code_of(error);
  if (code == SQLITE_READONLY_DBMOVED)
    return unavailable(Reason::io, "the database file was moved or deleted");
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable(Reason::busy, "the database is busy");
    case SQLITE_FULL:
      return unavailable(Reason::disk_full, "the disk is full");
    case SQLITE_READONLY:
      return unavailable(Reason::read_only, "the database cannot be written to");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
      return unavailable(Reason::io, "the database cannot be read or written");
    default:
      return std::make_exception_ptr(Error(message));
  }
}

}  // namespace sqlite

std::unique_ptr<Dialect> make_dialect(const StoreOptions& options, const base::Clock& clock) {
  return std::make_unique<sqlite::SqliteDialect>(options, clock);
}

}  // namespace watchbill::store
