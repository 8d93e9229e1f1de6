#include "store/sqlite.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "base/embedded_file.h"
#include "store/sqlite_file.h"
#include "store/statement.h"

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

// "SET a = :a, b = :b WHERE key = :key", "(a, b) VALUES (:a, :b)".
std::string text_of(const BulkChange& change) {
  std::string names, values, assignments, condition;
  for (std::size_t at = 0; at < change.columns.size(); ++at) {
    const std::string name = change.columns[at];
    const bool is_key = at < change.keys;
    names += (at ? ", " : "") + name;
    values += (at ? ", :" : ":") + name;
    auto& pairs = is_key ? condition : assignments;
    pairs += (pairs.empty() ? "" : is_key ? " AND " : ", ") + name + " = :" + name;
  }
  if (change.kind == BulkChange::Kind::update) {
    const std::string also = *change.also ? std::string(", ") + change.also : "";
    return fmt::format("UPDATE {} SET {}{} WHERE {}", change.table, assignments, also, condition);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING", change.table, names, values);
}

int code_of(const soci::soci_error& error) {
  const auto* sqlite_error = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return sqlite_error ? sqlite_error->result() : SQLITE_ERROR;
}

bool is_damage(int code) { return (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT; }

}  // namespace

// Binds to the cells where they are: SOCI reads them at each execution.
class SqliteEngine::Prepared final : public EngineStatement {
  template <class Work>
  auto translated(Work work) {
    try {
      return work();
    } catch (const soci::soci_error& error) {
      std::rethrow_exception(engine_.translate(error, false));
    }
  }

 public:
  // `names` of the parameters, in the order of their cells.
  Prepared(SqliteEngine& engine, const std::string& sql, const std::vector<std::string>& names,
           std::span<Cell> parameters, std::span<Cell> columns)
      : engine_(engine), parameters_(parameters), columns_(columns), statement_(engine.session_) {
    if (names.size() != parameters.size()) throw std::logic_error("parameters do not fit: " + sql);
    bind(names);
    translated([&] {
      statement_.alloc();
      statement_.prepare(sql);
      statement_.define_and_bind();
    });
  }

  std::int64_t run(const OnRow& on_row) override {
    note_parameters();
    return translated([&]() -> std::int64_t {
      statement_.execute(columns_.empty());
      if (columns_.empty()) return statement_.get_affected_rows();
      while (statement_.fetch()) {
        for (std::size_t at = 0; at < columns_.size(); ++at)
          columns_[at].is_null = column_indicators_[at] == soci::i_null;
        on_row();
      }
      return 0;
    });
  }
  void queue(OnRow on_row) override { run(on_row); }

 private:
  using Kind = Cell::Kind;

  void bind(const std::vector<std::string>& names) {
    parameter_indicators_.resize(parameters_.size(), soci::i_ok);
    column_indicators_.resize(columns_.size(), soci::i_ok);
    for (std::size_t at = 0; at < parameters_.size(); ++at) {
      auto& cell = parameters_[at];
      if (cell.kind == Kind::list) throw std::logic_error("SQLite takes no lists");
      if (cell.kind == Kind::text)
        statement_.exchange(soci::use(cell.text, parameter_indicators_[at], names[at]));
      else
        statement_.exchange(soci::use(cell.number, parameter_indicators_[at], names[at]));
    }
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      auto& cell = columns_[at];
      if (cell.kind == Kind::text)
        statement_.exchange(soci::into(cell.text, column_indicators_[at]));
      else
        statement_.exchange(soci::into(cell.number, column_indicators_[at]));
    }
  }
  void note_parameters() {
    for (std::size_t at = 0; at < parameters_.size(); ++at) {
      auto& cell = parameters_[at];
      if (cell.kind == Kind::now) cell.number = base::to_epoch_ms(engine_.now());
      parameter_indicators_[at] = cell.is_null ? soci::i_null : soci::i_ok;
    }
  }
  SqliteEngine& engine_;
  std::span<Cell> parameters_;
  std::span<Cell> columns_;
  std::vector<soci::indicator> parameter_indicators_;
  std::vector<soci::indicator> column_indicators_;
  soci::statement statement_;
};

// Nothing is gained by writing many rows at once: there is no way to the server.
class SqliteEngine::OneByOne final : public BulkWriter {
 public:
  OneByOne(SqliteEngine& engine, const BulkChange& change, std::span<Cell> values)
      : statement_(engine, text_of(change), {change.columns.begin(), change.columns.end()}, values, {}) {}
  void add() override { statement_.run({}); }
  void flush() override {}
  void clear() override {}

 private:
  Prepared statement_;
};

SqliteEngine::SqliteEngine(const StoreOptions& options, const base::Clock& clock)
    : path_(path_of(options.url)),
      read_only_(options.read_only),
      patience_(options.busy_timeout),
      clock_(clock),
      migrations_(migrations_of(sqlite_migration_files())) {}

void SqliteEngine::open() {
  configure_library();
  if (!read_only_) create_if_absent(path_);
  try {
    session_.open(soci::sqlite3, connect_string(path_, read_only_));
    sqlite3_extended_result_codes(connection(session_), 1);
    sqlite3_busy_handler(connection(session_), wait_for_lock, &patience_);
    check_ours(session_, path_);
    execute(session_, kSettings);
  } catch (const soci::soci_error& error) {
    if (is_damage(code_of(error)))
      throw NotADatabase(fmt::format("{} is not a database, or it is damaged", path_));
    std::rethrow_exception(translate(error, false));
  }
}

std::unique_ptr<EngineStatement> SqliteEngine::prepare(std::string sql, std::span<Cell> parameters,
                                                       std::span<Cell> columns) {
  return std::make_unique<Prepared>(*this, sql, parameter_names(sql), parameters, columns);
}

std::unique_ptr<BulkWriter> SqliteEngine::bulk(const BulkChange& change, std::span<Cell> values) {
  return std::make_unique<OneByOne>(*this, change, values);
}

void SqliteEngine::begin(Access access) {
  run(access == Access::read ? "BEGIN" : access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN EXCLUSIVE");
}

void SqliteEngine::roll_back() {
  if (sqlite_api::sqlite3_get_autocommit(connection(session_)) == 0) run("ROLLBACK");
}

std::string SqliteEngine::limited_delete(std::string_view table, std::string_view key,
                                         std::string_view condition) const {
  return fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} WHERE {2} LIMIT :rows)", table, key,
                     condition);
}

void SqliteEngine::run(const char* sql) {
  try {
    execute(session_, sql);
  } catch (const soci::soci_error& error) {
    std::rethrow_exception(translate(error, std::string_view(sql) == "COMMIT"));
  }
}

std::vector<std::string> SqliteEngine::table_names() {
  std::vector<std::string> names;
  Cell column{.kind = Cell::Kind::text};
  Prepared(*this, "SELECT name FROM sqlite_master WHERE type = 'table'", {}, {}, {&column, 1}).run([&] {
    names.push_back(column.text);
  });
  return names;
}

void SqliteEngine::run_script(std::string_view script) {
  try {
    execute(session_, script);
  } catch (const soci::soci_error& error) {
    std::rethrow_exception(translate(error, false));
  }
}

void SqliteEngine::check_space() const {
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::path(path_).parent_path(), error);
  if (!error && space.available < kLeastSpace)
    throw Unavailable(Unavailable::Reason::disk_full, fmt::format("the disk of {} is full", path_));
}

void SqliteEngine::prepare_migrations() {
  run_script(
      fmt::format("PRAGMA application_id = {};"
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

std::exception_ptr SqliteEngine::translate(const soci::soci_error& error, bool committing) const {
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

}  // namespace watchbill::store
