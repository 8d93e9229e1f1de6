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

// Rows go into one statement: INSERT … VALUES (…), (…). An update is one whose rows are all there: half as
// dear to the server as an UPDATE of a thousand keys joined with their values, which goes through a table on
// disk.
class MysqlEngine::Together final : public BulkWriter {
 public:
  Together(MysqlEngine& engine, const BulkChange& change, std::span<Cell> values)
      : engine_(engine), values_(values), filler_(text_of(change.filler.literals)) {
    const bool is_update = change.kind == BulkChange::Kind::update;
    begin_ = fmt::format("{} INTO {} ({}{}) VALUES ", is_update ? engine.insert_of_present_rows() : "INSERT",
                         change.table, fmt::join(change.columns, ", "), text_of(change.filler.columns));
    end_ = is_update ? assignments_of(change) : engine.keep_existing();
  }

  void add() override {
    rows_ += rows_.empty() ? "(" : ",(";
    for (std::size_t at = 0; at < values_.size(); ++at) {
      if (at > 0) rows_ += ',';
      engine_.append_literal(rows_, values_[at]);
    }
    rows_.append(filler_).append(")");
    if (rows_.size() > std::min(kMostTogether, engine_.longest_packet_ / 2)) flush();
  }

  void flush() override {
    if (!rows_.empty()) engine_.queue(begin_ + std::exchange(rows_, {}) + end_);
  }
  void clear() override { rows_.clear(); }

 private:
  static std::string text_of(const std::vector<const char*>& more) {
    std::string text;
    for (const auto* one : more) text.append(", ").append(one);
    return text;
  }
  static std::string assignments_of(const BulkChange& change) {
    std::vector<std::string> assignments;
    for (std::size_t at = change.keys; at < change.columns.size(); ++at)
      assignments.push_back(fmt::format("{0} = VALUES({0})", change.columns[at]));
    if (*change.also) assignments.emplace_back(change.also);
    return fmt::format(" ON DUPLICATE KEY UPDATE {}", fmt::join(assignments, ", "));
  }

  MysqlEngine& engine_;
  std::span<Cell> values_;
  const std::string filler_;
  std::string begin_, end_;
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
    append_time_literal(out, base::from_epoch_ms(cell.number));
  } else if (cell.kind == Kind::now && clock_) {
    append_time_literal(out, clock_->now());
  } else if (cell.kind == Kind::now) {
    out += "UTC_TIMESTAMP(3)";
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
