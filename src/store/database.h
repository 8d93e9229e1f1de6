// The connection: statements prepared once, transactions, the database's clock.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>
#include <utility>

#include "store/engine.h"
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

  Engine& engine() { return *engine_; }
  // The clock of the leases. The same throughout a transaction.
  base::Timestamp now() { return engine_->now(); }
  // This machine's.
  const base::Clock& clock() const { return clock_; }

  int default_interval_minutes() const { return default_interval_minutes_; }

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
  template <class... Params>
  KeyedCommand<Params...>& keyed_command(const std::string& sql) {
    return prepared<KeyedCommand<Params...>>(sql);
  }
  template <class Row>
  KeyedQuery<Row>& keyed_query(const std::string& sql) {
    return prepared<KeyedQuery<Row>>(sql);
  }
  // `change` must live as long as the database.
  template <class... Values>
  Bulk<Values...>& bulk(const BulkChange& change) {
    auto& entry = bulks_[&change];
    if (!entry) entry = std::make_unique<Bulk<Values...>>(*engine_, change);
    return dynamic_cast<Bulk<Values...>&>(*entry);
  }

  // `body()` in one transaction that may write; an exception rolls it back. Within another it is a part of
  // that one, which alone commits: whoever catches what `body` throws must not go on. When others are in its
  // way, or the connection ends before the commit, it is called again: what it changes outside the database
  // must bear that.
  template <class Body>
  auto write(Body body) {
    return in_transaction(Engine::Access::write, std::move(body));
  }
  // `body()` sees one state of the database.
  template <class Body>
  auto snapshot(Body body) {
    return in_transaction(Engine::Access::read, std::move(body));
  }
  template <class Body>
  auto in_transaction(Engine::Access access, Body body) {
    if (transacting_) return body();
    const auto began = base::SystemClock().monotonic_now();
    for (int attempt = 1;; ++attempt) {
      try {
        return once(access, body);
      } catch (const Conflict&) {
        if (!may_retry(attempt, began)) throw;
      } catch (const ConnectionLost&) {
        if (!may_retry(attempt, began)) throw;
      }
      pause_before_retry(attempt);
    }
  }

 private:
  class Transaction {
   public:
    Transaction(Database& database, Engine::Access access);
    ~Transaction();
    void commit();

   private:
    Database& database_;
    bool open_ = true;
  };

  template <class Body>
  auto once(Engine::Access access, Body& body) {
    Transaction transaction(*this, access);
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      transaction.commit();
    } else {
      auto result = body();
      transaction.commit();
      return result;
    }
  }
  template <class Kind>
  Kind& prepared(const std::string& sql) {
    auto& entry = statements_[sql];
    if (!entry) entry = std::make_unique<Kind>(*engine_, sql);
    return dynamic_cast<Kind&>(*entry);  // one text, one type
  }
  bool may_retry(int attempt, base::Monotonic began) const;
  static void pause_before_retry(int attempt);
  void roll_back() noexcept;

  const base::Clock& clock_;
  const base::Millis patience_;
  const int default_interval_minutes_;
  std::unique_ptr<Engine> engine_;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;  // gone before the engine
  std::unordered_map<const BulkChange*, std::unique_ptr<Statement>> bulks_;
  bool transacting_ = false;
};

}  // namespace watchbill::store
