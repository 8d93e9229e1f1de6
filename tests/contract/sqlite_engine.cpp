#include <sqlite3.h>

#include "tests/contract/engine.h"
#include "tests/support/temp_store.h"

namespace watchbill::contract {

namespace {

class SqliteDatabase final : public TestDatabase {
 public:
  ~SqliteDatabase() override { sqlite3_close(other_); }

  std::unique_ptr<store::Store> open(const base::Clock& clock, base::Millis busy_timeout) override {
    return std::make_unique<store::Store>(
        store::StoreOptions{.url = "sqlite:" + file(), .clock = &clock, .busy_timeout = busy_timeout});
  }

  void execute(const std::string& sql) override {
    if (sqlite3_exec(other(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(other()));
  }

  std::optional<std::string> value(const std::string& sql) override {
    std::optional<std::string> value;
    const auto keep = [](void* to, int, char** columns, char**) {
      auto& value = *static_cast<std::optional<std::string>*>(to);
      if (!value && columns[0]) value = columns[0];
      return 0;
    };
    if (sqlite3_exec(other(), sql.c_str(), keep, &value, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(other()));
    return value;
  }

  void lock() override { execute("BEGIN EXCLUSIVE"); }
  void unlock() override { execute("ROLLBACK"); }

  bool is_shared() const override { return false; }
  std::string literal(base::Timestamp time) const override { return std::to_string(base::to_epoch_ms(time)); }

 private:
  std::string file() const { return (folder_.path() / "watchbill.db").string(); }

  sqlite3* other() {
    if (other_) return other_;
    // Made by a store: an empty file would be refused.
    if (sqlite3_open_v2(file().c_str(), &other_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK)
      throw std::runtime_error("cannot open " + file());
    sqlite3_busy_timeout(other_, 5000);
    return other_;
  }

  support::TempFolder folder_;
  sqlite3* other_ = nullptr;
};

}  // namespace

const std::vector<Engine>& engines() {
  static const auto engines = [] {
    std::vector<Engine> engines{{"sqlite", [] { return std::make_unique<SqliteDatabase>(); }}};
    add_server_engines(engines);
    return engines;
  }();
  return engines;
}

}  // namespace watchbill::contract
