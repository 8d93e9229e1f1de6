// Statements of MySQL: what they send and what they read.
#include <fmt/format.h>

#include <algorithm>

#include "store/mysql.h"
#include "store/mysql_text.h"
#include "store/statement.h"

namespace watchbill::store::mysql {

namespace {

// One statement of rows is no longer than this, and the next one takes the rest.
constexpr std::size_t kMostTogether = 1 << 20;

}  // namespace

class MysqlEngine::Prepared final : public EngineStatement {
 public:
  Prepared(MysqlEngine& engine, const std::string& sql, std::span<Cell> parameters, std::span<Cell> columns)
      : engine_(engine), pieces_(split_at_parameters(sql)), parameters_(parameters), columns_(columns) {
    if (parameter_names(sql).size() != parameters.size())
      throw std::logic_error("parameters do not fit: " + sql);
  }

  std::int64_t run(const OnRow& on_row) override {
    std::int64_t changed = 0;
    engine_.queue(text(), [&](MYSQL_RES* rows, std::int64_t affected) {
      changed = affected;
      read(rows, on_row);
    });
    engine_.flush();
    return changed;
  }
  void queue(OnRow on_row) override {
    if (columns_.empty()) return engine_.queue(text());
    engine_.queue(text(),
                  [this, on_row = std::move(on_row)](MYSQL_RES* rows, std::int64_t) { read(rows, on_row); });
  }

 private:
  std::string text() {
    std::string text = pieces_.texts.front();
    for (std::size_t at = 0; at < pieces_.gaps.size(); ++at) {
      engine_.append_literal(text, parameters_[pieces_.gaps[at]]);
      text += pieces_.texts[at + 1];
    }
    return text;
  }

  void read(MYSQL_RES* rows, const OnRow& on_row) {
    if (!rows) return;
    while (const auto row = mysql_fetch_row(rows)) {
      const auto* lengths = mysql_fetch_lengths(rows);
      for (std::size_t at = 0; at < columns_.size(); ++at) take(columns_[at], row[at], lengths[at]);
      on_row();
    }
  }

  static void take(Cell& cell, const char* bytes, std::size_t length) {
    cell.is_null = bytes == nullptr;
    if (cell.is_null) return;
    const std::string_view text(bytes, length);
    if (cell.kind == Cell::Kind::text)
      cell.text.assign(text);
    else if (cell.kind == Cell::Kind::time)
      cell.number = base::to_epoch_ms(from_datetime(text));
    else
      cell.number = to_number(text);
  }

  MysqlEngine& engine_;
  const Pieces pieces_;
  std::span<Cell> parameters_;
  std::span<Cell> columns_;
};

// Rows go into one statement: INSERT … VALUES (…), (…) and UPDATE (SELECT … UNION ALL SELECT …)
// STRAIGHT_JOIN.
class MysqlEngine::Together final : public BulkWriter {
 public:
  Together(MysqlEngine& engine, const BulkChange& change, std::span<Cell> values)
      : engine_(engine), change_(change), values_(values) {}

  void add() override {
    const bool is_update = change_.kind == BulkChange::Kind::update;
    const bool is_first = rows_.empty();
    if (is_update)
      rows_ += is_first ? "SELECT " : " UNION ALL SELECT ";
    else
      rows_ += is_first ? "(" : ",(";
    for (std::size_t at = 0; at < values_.size(); ++at) {
      if (at > 0) rows_ += ',';
      engine_.append_literal(rows_, values_[at]);
      if (is_update && is_first) rows_ += fmt::format(" AS {}", change_.columns[at]);
    }
    if (!is_update) rows_ += ')';
    if (rows_.size() > std::min(kMostTogether, engine_.longest_packet_ / 2)) flush();
  }

  void flush() override {
    if (!rows_.empty()) engine_.queue(statement_of(std::exchange(rows_, {})));
  }
  void clear() override { rows_.clear(); }

 private:
  std::string statement_of(const std::string& rows) const {
    if (change_.kind == BulkChange::Kind::insert_missing)
      return fmt::format("INSERT INTO {} ({}) VALUES {}{}", change_.table, fmt::join(change_.columns, ", "),
                         rows, engine_.keep_existing());
    std::string condition, assignments;
    for (std::size_t at = 0; at < change_.columns.size(); ++at) {
      auto& pairs = at < change_.keys ? condition : assignments;
      pairs += fmt::format("{}t.{} = v.{}",
                           pairs.empty()       ? ""
                           : at < change_.keys ? " AND "
                                               : ", ",
                           change_.columns[at], change_.columns[at]);
    }
    return fmt::format("UPDATE ({}) v STRAIGHT_JOIN {} t ON {} SET {}{}{}", rows, change_.table, condition,
                       assignments, *change_.also ? ", " : "", change_.also);
  }

  MysqlEngine& engine_;
  const BulkChange& change_;
  std::span<Cell> values_;
  std::string rows_;
};

std::unique_ptr<EngineStatement> MysqlEngine::prepare(std::string sql, std::span<Cell> parameters,
                                                      std::span<Cell> columns) {
  return std::make_unique<Prepared>(*this, sql, parameters, columns);
}

std::unique_ptr<BulkWriter> MysqlEngine::bulk(const BulkChange& change, std::span<Cell> values) {
  return std::make_unique<Together>(*this, change, values);
}

void MysqlEngine::append_literal(std::string& out, const Cell& cell) {
  using Kind = Cell::Kind;
  const auto append_text = [&](std::string_view text) {
    if (!connection_) open();
    const auto begin = out.size();
    out.resize(begin + 2 * text.size() + 3);
    out[begin] = '\'';
    const auto length =
        mysql_real_escape_string(connection_.get(), out.data() + begin + 1, text.data(), text.size());
    out.resize(begin + 1 + length);
    out += '\'';
  };
  if (cell.is_null) {
    out += "NULL";
  } else if (cell.kind == Kind::text) {
    append_text(cell.text);
  } else if (cell.kind == Kind::time) {
    out.append("'").append(to_datetime(base::from_epoch_ms(cell.number))).append("'");
  } else if (cell.kind == Kind::now) {
    out += clock_ ? "'" + to_datetime(clock_->now()) + "'" : "UTC_TIMESTAMP(3)";
  } else if (cell.kind == Kind::list) {
    for (const auto& text : cell.list) {
      if (&text != &cell.list.front()) out += ',';
      append_text(text);
    }
  } else {
    out += std::to_string(cell.number);
  }
}

}  // namespace watchbill::store::mysql
