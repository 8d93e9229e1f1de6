// The connection: statements prepared once, transactions, the database's clock.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>
#include <utility>

#include "store/dialect.h"
#include "store/statement.h"
#include "store/store.h"

namespace watchbill::store {

// One thread at a time. All errors of the engine arrive as those of store/errors.h.
class Database {
 public:
  explicit Database(const StoreOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const Dialect& dialect() const { return *dialect_; }
  soci::session& session() { return session_; }
  // The clock of the leases.
  base::Timestamp now() { return dialect_->now(session_); }
  // This machine's.
  const base::Clock& clock() const { return clock_; }

  // The statement of that text, prepared at its first use and kept as long as the connection. The reference
  // stays valid; take it once before a loop.
  template <class... Params>
  Command<Params...>& command(const std::string& sql) {
    return prepared<Command<Params...>>(sql);
  }
  template <class Row, class... Params>
  Query<Row, Params...>& query(const std::string& sql) {
    return prepared<Query<Row, Params...>>(sql);
  }

  // `body()` in one transaction that may write; an exception rolls it back. Within another it is a part of
  // that one, which alone commits: whoever catches what `body` throws must not go on.
  template <class Body>
  auto write(Body body) {
    return in_transaction(dialect_->begin_write(), std::move(body));
  }
  // `body()` sees one state of the database.
  template <class Body>
  auto snapshot(Body body) {
    return in_transaction("BEGIN", std::move(body));
  }
  template <class Body>
  auto in_transaction(const char* begin, Body body) {
    if (transacting_) return body();
    Transaction transaction(*this, begin);
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      transaction.commit();
    } else {
      auto result = body();
      transaction.commit();
      return result;
    }
  }

 private:
  class Transaction {
   public:
    Transaction(Database& database, const char* begin);
    ~Transaction();
    void commit();

   private:
    Database& database_;
    bool open_ = true;
  };

  template <class Kind>
  Kind& prepared(const std::string& sql) {
    auto& entry = statements_[sql];
    if (!entry) entry = std::make_unique<Kind>(session_, *dialect_, sql);
    return dynamic_cast<Kind&>(*entry);  // one text, one type
  }
  void roll_back() noexcept;

  const base::Clock& clock_;
  std::unique_ptr<Dialect> dialect_;
  soci::session session_;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;  // gone before the session
  bool transacting_ = false;
};

}  // namespace watchbill::store
