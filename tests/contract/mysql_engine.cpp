// MariaDB, started for the tests, and a MySQL where there is one (support::mysql_url()).
#include <atomic>

#include "store/mysql_text.h"
#include "tests/contract/engine.h"
#include "tests/support/mariadb_server.h"

namespace watchbill::contract {

namespace {

// For all tests of this process. It may forget what it said it kept: no contract test stops it.
const support::MariaDbServer& mariadb() {
  static const support::MariaDbServer server({"--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"});
  return server;
}

class ServerDatabase final : public TestDatabase {
 public:
  // `server`: a URL that ends with the slash before the database.
  explicit ServerDatabase(const std::string& server) : server_(server), admin_(server) {
    static std::atomic<int> number = 0;
    name_ = "watchbill_test_" + std::to_string(getpid()) + "_" + std::to_string(++number);
    admin_.execute("CREATE DATABASE " + name_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE " +
                   name_);
  }
  ~ServerDatabase() override {
    try {
      admin_.execute("UNLOCK TABLES; DROP DATABASE " + name_);
    } catch (const std::exception&) {
      // the server ends with the tests
    }
  }

  std::unique_ptr<store::Store> open(const base::Clock& clock, base::Millis busy_timeout) override {
    return std::make_unique<store::Store>(store::StoreOptions{
        .url = server_ + name_, .clock = &clock, .busy_timeout = busy_timeout, .database_clock = &clock});
  }

  void execute(const std::string& sql) override { admin_.execute(sql); }
  std::optional<std::string> value(const std::string& sql) override { return admin_.value(sql); }

  void lock() override {
    const auto tables = admin_.value(
        "SELECT GROUP_CONCAT(table_name, ' WRITE') FROM information_schema.tables WHERE table_schema = "
        "database()");
    admin_.execute("LOCK TABLES " + tables.value());
  }
  void unlock() override { admin_.execute("UNLOCK TABLES"); }

  bool is_shared() const override { return true; }
  std::string literal(base::Timestamp time) const override {
    std::string text;
    store::mysql::append_time_literal(text, time);
    return text;
  }

 private:
  std::string server_;
  support::SqlConnection admin_;
  std::string name_;
};

}  // namespace

void add_server_engines(std::vector<Engine>& engines) {
  engines.push_back({"mariadb", [] { return std::make_unique<ServerDatabase>(mariadb().url()); }});
  if (!support::mysql_url().empty())
    engines.push_back({"mysql", [] { return std::make_unique<ServerDatabase>(support::mysql_url()); }});
}

}  // namespace watchbill::contract
