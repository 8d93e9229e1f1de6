// The engines on which the store's contract is tested.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "store/store.h"

namespace watchbill::contract {

// A database of its own for one test, gone with the test. Any number of stores may be open on it.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;

  // Nothing is migrated. `clock` is what the store takes for the database's.
  virtual std::unique_ptr<store::Store> open(const base::Clock& clock, base::Millis busy_timeout) = 0;

  // What an operator or another application does, on a connection of its own.
  virtual void execute(const std::string& sql) = 0;
  // The first column of the first row, as text.
  virtual std::optional<std::string> value(const std::string& sql) = 0;
  // Until the end of unlock() nobody else can read or write.
  virtual void lock() = 0;
  virtual void unlock() = 0;
  // Another application may keep tables of its own there.
  virtual bool is_shared() const = 0;
  // How a time is written in SQL.
  virtual std::string literal(base::Timestamp time) const = 0;

  std::int64_t count(const std::string& from) {
    return std::stoll(value("SELECT count(*) FROM " + from).value());
  }
};

struct Engine {
  std::string name;
  std::function<std::unique_ptr<TestDatabase>()> create;
};

inline std::ostream& operator<<(std::ostream& out, const Engine& engine) { return out << engine.name; }

const std::vector<Engine>& engines();
// MariaDB, and MySQL where there is one.
void add_server_engines(std::vector<Engine>& engines);

}  // namespace watchbill::contract
