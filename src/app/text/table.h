// Tables on the terminal.
#pragma once

#include <string>
#include <vector>

namespace watchbill::app {

// Columns are as wide as what they hold, two spaces apart. Cells are made printable().
class Table {
 public:
  explicit Table(std::vector<std::string> header = {}) : header_(std::move(header)) {}

  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Lines, each with its end, `indent` spaces before each. Without rows: the header alone.
  std::string text(std::size_t indent = 0) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace watchbill::app
