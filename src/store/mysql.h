// MySQL and MariaDB, through their own client library: many statements travel together, and every wait is
// bounded.
#pragma once

#include <mysql.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/engine.h"
#include "store/mysql_options.h"
#include "store/store.h"

namespace watchbill::store::mysql {

// Statements are queued until one is run whose answer is needed, and go out together: a transaction's BEGIN
// with its first query, its last changes with its COMMIT. A connection that ended while nothing depended on
// it is replaced.
class MysqlEngine final : public Engine {
 public:
  explicit MysqlEngine(const StoreOptions& options);
  ~MysqlEngine() override;

  void open() override;
  std::unique_ptr<EngineStatement> prepare(std::string sql, std::span<Cell> parameters,
                                           std::span<Cell> columns) override;
  std::unique_ptr<BulkWriter> bulk(const BulkChange& change, std::span<Cell> values) override;
  void settle() override { flush(); }
  bool takes_lists() const override { return true; }
  base::Timestamp now() override;
  void begin(Access access) override;
  void commit() override;
  void roll_back() override;
  bool has_one_writer() const override { return false; }
  std::string by_index(std::string_view index) const override {
    return " FORCE INDEX (" + std::string(index) + ")";
  }
  const char* for_update() const override { return " FOR UPDATE"; }
  const char* for_update_of_free_rows() const override { return " FOR UPDATE SKIP LOCKED"; }
  // Not IGNORE: that would pass over what does not fit, too.
  const char* keep_existing() const override { return " ON DUPLICATE KEY UPDATE userId = userId"; }
  const char* schedule_key() const override { return "id"; }
  std::string limited_delete(std::string_view table, std::string_view key,
                             std::string_view condition) const override;
  void run_script(std::string_view script) override;
  void check_space() const override {}  // the server says so at the first write
  std::span<const Migration> migrations() const override { return migrations_; }
  void require_migratable() override;
  void prepare_migrations() override;
  std::vector<std::string> table_names() override;
  bool is_shared() const override { return true; }

  // INSERT of rows of which all are there: not strict, because an application's own columns may have no
  // default, and strictness asks for their values before it looks for the row. Needs a connection.
  const char* insert_of_present_rows();

  // Packets sent so far, each of which waits for the server once.
  std::size_t round_trips() const { return round_trips_; }

 private:
  class Prepared;
  class Together;

  using OnResult = std::function<void(MYSQL_RES*, std::int64_t affected)>;
  struct Queued {
    std::string text;
    OnResult on_result;  // may be empty
  };
  struct Close {
    void operator()(MYSQL* connection) const { mysql_close(connection); }
  };

  void connect(base::Millis answer_timeout);
  void set_up_tls();
  void require_tls();
  void set_up();
  void queue(std::string text, OnResult on_result = {});
  // Sends what is queued. `commits`: the last of it is a COMMIT.
  void flush(bool commits = false);
  void carry_out(const std::string& packet, const std::vector<Queued>& statements, bool commits);
  bool send(const std::string& packet);
  void read_results(const std::vector<Queued>& statements, bool commits);
  void append_literal(std::string& out, const Cell& cell);
  [[noreturn]] void fail(bool committing);
  std::optional<std::string> value(const std::string& sql);
  void lock_migrations();
  void take_migration_lock();
  std::optional<std::string> collation_of_users();
  void send_script(const std::string& script);
  void queue_clock();

  const MysqlOptions options_;
  const base::Millis lock_wait_;
  const bool read_only_;
  const base::Clock* clock_;  // of tests; else the server's
  std::vector<Migration> migrations_;
  std::unique_ptr<MYSQL, Close> connection_;
  std::vector<Queued> queued_;
  std::size_t queued_bytes_ = 0;
  std::size_t begun_ = 0;  // statements that begin() queued
  bool in_transaction_ = false;
  bool is_migrating_ = false;
  bool has_sent_ = false;               // in this transaction
  bool handed_out_ = false;             // a result of the present packet
  std::optional<base::Timestamp> now_;  // of this transaction
  std::size_t round_trips_ = 0;
  std::size_t longest_packet_ = 1 << 20;  // half of what the server takes
  bool was_open_ = false;
};

}  // namespace watchbill::store::mysql
