// Prepared statements with typed parameters and rows, over SOCI.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/dialect.h"

namespace watchbill::store {

namespace detail {

// One parameter or column: the variable that SOCI exchanges and its translation. Times travel as
// milliseconds; NULL read into what is not optional is zero or empty.
template <class T>
struct Slot {
  using Exchanged = long long;

  void set(const T& from) {
    if constexpr (std::is_same_v<T, base::Timestamp>)
      value = base::to_epoch_ms(from);
    else if constexpr (std::is_same_v<T, base::Millis>)
      value = from.count();
    else
      value = static_cast<long long>(from);
  }
  void get(T& to) const {
    const auto known = indicator == soci::i_null ? 0 : value;
    if constexpr (std::is_same_v<T, base::Timestamp>)
      to = base::from_epoch_ms(known);
    else
      to = static_cast<T>(known);
  }

  Exchanged value = 0;
  soci::indicator indicator = soci::i_ok;
};

template <>
struct Slot<std::string> {
  using Exchanged = std::string;

  void set(std::string_view from) { value.assign(from); }
  void get(std::string& to) const { to = indicator == soci::i_null ? std::string() : value; }

  Exchanged value;
  soci::indicator indicator = soci::i_ok;
};

template <class T>
struct Slot<std::optional<T>> : Slot<T> {
  void set(const std::optional<T>& from) {
    this->indicator = from ? soci::i_ok : soci::i_null;
    if (from) Slot<T>::set(*from);
  }
  void get(std::optional<T>& to) const {
    if (this->indicator == soci::i_null) {
      to.reset();
      return;
    }
    Slot<T>::get(to.emplace());
  }
};

template <class Tuple>
struct SlotsOf;
template <class... Ts>
struct SlotsOf<std::tuple<Ts...>> {
  using Type = std::tuple<Slot<std::remove_cvref_t<Ts>>...>;
};

// A row is a struct whose columns() ties its members in the order of the SELECT, or one value.
template <class Row>
auto columns_of(Row& row) {
  if constexpr (requires { row.columns(); })
    return row.columns();
  else
    return std::tie(row);
}

}  // namespace detail

// The names of `:name` parameters in `sql` in the order in which they first appear.
std::vector<std::string> parameter_names(std::string_view sql);

class Statement {
 public:
  virtual ~Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

 protected:
  Statement(soci::session& session, const Dialect& dialect, std::string sql);

  template <class... Params>
  void bind(std::tuple<detail::Slot<Params>...>& slots) {
    const auto names = parameter_names(sql_);
    if (names.size() != sizeof...(Params)) wrong_parameters();
    auto name = names.begin();
    std::apply(
        [&](auto&... slot) { (prepared_.exchange(soci::use(slot.value, slot.indicator, *name++)), ...); },
        slots);
  }
  template <class Slots>
  void define(Slots& slots) {
    std::apply([&](auto&... slot) { (prepared_.exchange(soci::into(slot.value, slot.indicator)), ...); },
               slots);
  }
  void prepare();
  void execute();        // of a Command: does it
  void execute_query();  // of a Query: the rows come with fetch()
  bool fetch();
  std::int64_t changed();

 private:
  [[noreturn]] void wrong_parameters() const;
  template <class Work>
  auto translated(Work work);

  const Dialect& dialect_;
  std::string sql_;
  soci::statement prepared_;
};

// A statement that returns no rows. Parameters in the order in which their names first appear in the text.
template <class... Params>
class Command final : public Statement {
 public:
  Command(soci::session& session, const Dialect& dialect, std::string sql)
      : Statement(session, dialect, std::move(sql)) {
    bind<Params...>(params_);
    prepare();
  }

  // Returns the number of rows changed.
  std::int64_t operator()(const Params&... params) {
    std::apply([&](auto&... slot) { (slot.set(params), ...); }, params_);
    execute();
    return changed();
  }

 private:
  std::tuple<detail::Slot<Params>...> params_;
};

// Each call reads its rows to the end: a statement left open would keep the database locked.
template <class Row, class... Params>
class Query final : public Statement {
 public:
  Query(soci::session& session, const Dialect& dialect, std::string sql)
      : Statement(session, dialect, std::move(sql)) {
    bind<Params...>(params_);
    define(columns_);
    prepare();
  }

  std::vector<Row> all(const Params&... params) {
    std::vector<Row> rows;
    start(params...);
    while (fetch()) read(rows.emplace_back());
    return rows;
  }

  // The first row; further ones are dropped.
  std::optional<Row> first(const Params&... params) {
    std::optional<Row> row;
    start(params...);
    while (fetch())
      if (!row) read(row.emplace());
    return row;
  }

  // For aggregates, which always have a row.
  Row value(const Params&... params) { return first(params...).value(); }

 private:
  using Columns = decltype(detail::columns_of(std::declval<Row&>()));

  void start(const Params&... params) {
    std::apply([&](auto&... slot) { (slot.set(params), ...); }, params_);
    execute_query();
  }
  void read(Row& row) {
    read(detail::columns_of(row), std::make_index_sequence<std::tuple_size_v<Columns>>());
  }
  template <std::size_t... I>
  void read(const Columns& columns, std::index_sequence<I...>) {
    (std::get<I>(columns_).get(std::get<I>(columns)), ...);
  }

  std::tuple<detail::Slot<Params>...> params_;
  typename detail::SlotsOf<Columns>::Type columns_;
};

}  // namespace watchbill::store
