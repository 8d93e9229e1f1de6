// What travels between typed statements and an engine: one parameter, or one column of a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/time.h"

namespace watchbill::store {

// As a parameter: the database's clock, at the moment when the statement runs.
struct Now {};

// As a parameter: the values of a list, in `IN (:keys)`.
using Keys = std::vector<std::string>;

struct Cell {
  enum class Kind { number, text, time, now, list };

  Kind kind = Kind::number;
  bool is_null = false;
  long long number = 0;  // of a number; of a time: milliseconds since 1970
  std::string text;
  Keys list;
};

template <class T>
struct CellOf {
  static constexpr Cell::Kind kind =
      std::is_same_v<T, base::Timestamp> ? Cell::Kind::time : Cell::Kind::number;

  static void put(Cell& cell, const T& value) {
    if constexpr (std::is_same_v<T, base::Timestamp>)
      cell.number = base::to_epoch_ms(value);
    else if constexpr (std::is_same_v<T, base::Millis>)
      cell.number = value.count();
    else
      cell.number = static_cast<long long>(value);
  }
  // NULL read into what is not optional is zero or empty.
  static void take(const Cell& cell, T& value) {
    const auto known = cell.is_null ? 0 : cell.number;
    if constexpr (std::is_same_v<T, base::Timestamp>)
      value = base::from_epoch_ms(known);
    else
      value = static_cast<T>(known);
  }
};

template <>
struct CellOf<std::string> {
  static constexpr auto kind = Cell::Kind::text;
  static void put(Cell& cell, std::string_view value) { cell.text.assign(value); }
  static void take(const Cell& cell, std::string& value) { value = cell.is_null ? std::string() : cell.text; }
};

template <>
struct CellOf<Keys> {
  static constexpr auto kind = Cell::Kind::list;
  static void put(Cell& cell, const Keys& keys) { cell.list = keys; }
};

template <>
struct CellOf<Now> {
  static constexpr auto kind = Cell::Kind::now;
  static void put(Cell&, Now) {}
};

template <class T>
struct CellOf<std::optional<T>> {
  static constexpr auto kind = CellOf<T>::kind;
  static void put(Cell& cell, const std::optional<T>& value) {
    cell.is_null = !value;
    if (value) CellOf<T>::put(cell, *value);
  }
  static void take(const Cell& cell, std::optional<T>& value) {
    if (cell.is_null)
      value.reset();
    else
      CellOf<T>::take(cell, value.emplace());
  }
};

// A row is a struct whose columns() ties its members in the order of the SELECT, or one value.
template <class Row>
auto columns_of(Row& row) {
  if constexpr (requires { row.columns(); })
    return row.columns();
  else
    return std::tie(row);
}

}  // namespace watchbill::store
