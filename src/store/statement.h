// Statements with typed parameters and rows.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/engine.h"

namespace watchbill::store {

// A `:name` outside quotes.
struct Parameter {
  std::size_t at;  // of the colon
  std::string_view name;

  std::size_t end() const { return at + 1 + name.size(); }
};
// All of `sql`, in order; a name may come again. They point into `sql`.
std::vector<Parameter> parameters_of(std::string_view sql);

// Each name once, in the order in which they first appear.
std::vector<std::string> parameter_names(std::string_view sql);

class Statement {
 public:
  virtual ~Statement() = default;
  // What a transaction that failed has left behind.
  virtual void clear() {}
};

// Values in cells, one for each type.
template <class... Values>
class Cells {
 public:
  Cells() : cells_{Cell{.kind = CellOf<Values>::kind}...} {}
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;

  std::span<Cell> all() { return cells_; }
  void put(const Values&... values) {
    [[maybe_unused]] auto cell = cells_.begin();
    (CellOf<Values>::put(*cell++, values), ...);
  }

 private:
  std::array<Cell, sizeof...(Values)> cells_;
};

// A statement that returns no rows. Parameters in the order in which their names first appear in the text.
template <class... Params>
class Command final : public Statement {
 public:
  Command(Engine& engine, std::string sql) : statement_(engine.prepare(std::move(sql), params_.all(), {})) {}

  // Returns the number of rows changed.
  std::int64_t operator()(const Params&... params) {
    params_.put(params...);
    return statement_->run({});
  }
  // Where the number does not matter: with what follows.
  void later(const Params&... params) {
    params_.put(params...);
    statement_->queue({});
  }

 private:
  Cells<Params...> params_;
  std::unique_ptr<EngineStatement> statement_;
};

// Each call reads its rows to the end: a statement left open would keep the database locked.
template <class Row, class... Params>
class Query final : public Statement {
 public:
  Query(Engine& engine, std::string sql)
      : columns_(kinds(std::make_index_sequence<kColumns>())),
        statement_(engine.prepare(std::move(sql), params_.all(), columns_)) {}

  std::vector<Row> all(const Params&... params) {
    std::vector<Row> rows;
    params_.put(params...);
    statement_->run([&] { read(rows.emplace_back()); });
    return rows;
  }

  // The first row; further ones are dropped.
  std::optional<Row> first(const Params&... params) {
    std::optional<Row> row;
    params_.put(params...);
    statement_->run([&] {
      if (!row) read(row.emplace());
    });
    return row;
  }

  // For aggregates, which always have a row.
  Row value(const Params&... params) { return first(params...).value(); }

  // With what follows: the rows are there after the next statement that is not queued, or Engine::settle().
  std::shared_ptr<std::vector<Row>> ask(const Params&... params) {
    auto rows = std::make_shared<std::vector<Row>>();
    params_.put(params...);
    statement_->queue([this, rows] { read(rows->emplace_back()); });
    return rows;
  }

 private:
  using Columns = decltype(columns_of(std::declval<Row&>()));
  static constexpr auto kColumns = std::tuple_size_v<Columns>;

  template <std::size_t... I>
  static std::array<Cell, kColumns> kinds(std::index_sequence<I...>) {
    return {Cell{.kind = CellOf<std::remove_cvref_t<std::tuple_element_t<I, Columns>>>::kind}...};
  }
  void read(Row& row) { read(columns_of(row), std::make_index_sequence<kColumns>()); }
  template <std::size_t... I>
  void read(const Columns& columns, std::index_sequence<I...>) {
    (CellOf<std::remove_cvref_t<std::tuple_element_t<I, Columns>>>::take(columns_[I], std::get<I>(columns)),
     ...);
  }

  Cells<Params...> params_;
  std::array<Cell, kColumns> columns_;
  std::unique_ptr<EngineStatement> statement_;
};

// A query with `IN (:keys)` and no other parameter: what belongs to many keys, in no particular order.
template <class Row>
class KeyedQuery final : public Statement {
 public:
  KeyedQuery(Engine& engine, const std::string& sql) {
    if (engine.takes_lists())
      together_.emplace(engine, sql);
    else
      one_by_one_.emplace(engine, sql);
  }

  // With what follows, as Query::ask().
  std::shared_ptr<std::vector<Row>> ask(const Keys& keys) {
    if (together_ && !keys.empty()) return together_->ask(keys);
    auto rows = std::make_shared<std::vector<Row>>();
    for (const auto& key : keys)
      for (auto& row : one_by_one_->all(key)) rows->push_back(std::move(row));
    return rows;
  }
  std::vector<Row> all(const Keys& keys) {
    if (together_ && !keys.empty()) return together_->all(keys);
    return std::move(*ask(keys));
  }

 private:
  std::optional<Query<Row, Keys>> together_;
  std::optional<Query<Row, std::string>> one_by_one_;
};

// A command with `IN (:keys)` as its last parameter.
template <class... Params>
class KeyedCommand final : public Statement {
 public:
  KeyedCommand(Engine& engine, const std::string& sql) {
    if (engine.takes_lists())
      together_.emplace(engine, sql);
    else
      one_by_one_.emplace(engine, sql);
  }

  void later(const Params&... params, const Keys& keys) {
    if (keys.empty()) return;
    if (together_) return together_->later(params..., keys);
    for (const auto& key : keys) one_by_one_->later(params..., key);
  }
  // Returns the number of rows changed.
  std::int64_t operator()(const Params&... params, const Keys& keys) {
    if (keys.empty()) return 0;
    if (together_) return (*together_)(params..., keys);
    std::int64_t changed = 0;
    for (const auto& key : keys) changed += (*one_by_one_)(params..., key);
    return changed;
  }

 private:
  std::optional<Command<Params..., Keys>> together_;
  std::optional<Command<Params..., std::string>> one_by_one_;
};

// See BulkChange.
template <class... Values>
class Bulk final : public Statement {
 public:
  Bulk(Engine& engine, const BulkChange& change) : writer_(engine.bulk(change, values_.all())) {}

  void add(const Values&... values) {
    values_.put(values...);
    writer_->add();
  }
  void flush() { writer_->flush(); }
  void clear() override { writer_->clear(); }

 private:
  Cells<Values...> values_;
  std::unique_ptr<BulkWriter> writer_;
};

}  // namespace watchbill::store
