#include "app/text/table.h"

#include <algorithm>

#include "app/text/display_width.h"

namespace watchbill::app {

namespace {

void widen(std::vector<std::size_t>& widths, const std::vector<std::string>& cells) {
  widths.resize(std::max(widths.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], display_width(cells[i]));
}

std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                 std::size_t indent) {
  std::string result(indent, ' ');
  for (std::size_t i = 0; i < cells.size(); ++i) result += pad_right(cells[i], widths[i] + 2);
  result.erase(result.find_last_not_of(' ') + 1);
  return result + '\n';
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text(std::size_t indent) const {
  std::vector<std::size_t> widths;
  widen(widths, header_);
  for (const auto& row : rows_) widen(widths, row);
  std::string result = header_.empty() ? "" : line(header_, widths, indent);
  for (const auto& row : rows_) result += line(row, widths, indent);
  return result;
}

}  // namespace watchbill::app
