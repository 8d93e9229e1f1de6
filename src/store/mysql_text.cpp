#include "store/mysql_text.h"

#include <algorithm>
#include <charconv>

#include "store/statement.h"

namespace watchbill::store::mysql {

using base::Millis;
using base::Timestamp;
using namespace std::chrono;

namespace {

constexpr Timestamp kFirst = sys_days(year(1000) / 1 / 1);
constexpr Timestamp kLast = sys_days(year(9999) / 12 / 31) + hours(24) - Millis(1);

int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  if (text.size() < from + count) return -1;
  const auto [end, error] = std::from_chars(text.data() + from, text.data() + from + count, value);
  return error == std::errc() && end == text.data() + from + count ? value : -1;
}

// `number` as `count` digits at `at`.
void put(std::string& text, std::size_t at, std::size_t count, std::int64_t number) {
  for (auto end = at + count; end-- > at; number /= 10) text[end] = static_cast<char>('0' + number % 10);
}

}  // namespace

void append_time_literal(std::string& text, Timestamp time) {
  time = std::clamp(time, kFirst, kLast);
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  const auto begin = text.size() + 1;
  text += "'0000-00-00 00:00:00.000'";
  put(text, begin, 4, int(date.year()));
  put(text, begin + 5, 2, unsigned(date.month()));
  put(text, begin + 8, 2, unsigned(date.day()));
  put(text, begin + 11, 2, clock.hours().count());
  put(text, begin + 14, 2, clock.minutes().count());
  put(text, begin + 17, 2, clock.seconds().count());
  put(text, begin + 20, 3, clock.subseconds().count());
}

Timestamp from_datetime(std::string_view text) {
  const year_month_day date(year(digits(text, 0, 4)), month(unsigned(digits(text, 5, 2))),
                            day(unsigned(digits(text, 8, 2))));
  if (!date.ok()) return Timestamp();
  Timestamp time = sys_days(date);
  if (text.size() >= 19)
    time += hours(digits(text, 11, 2)) + minutes(digits(text, 14, 2)) + seconds(digits(text, 17, 2));
  if (text.size() >= 23) time += Millis(digits(text, 20, 3));
  return time;
}

long long to_number(std::string_view text) {
  long long number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Pieces split_at_parameters(std::string_view sql) {
  const auto names = parameter_names(sql);
  Pieces pieces;
  std::size_t begin = 0;
  for (const auto& parameter : parameters_of(sql)) {
    const auto name = std::find(names.begin(), names.end(), parameter.name);
    pieces.gaps.push_back(static_cast<std::size_t>(name - names.begin()));
    pieces.texts.emplace_back(sql.substr(begin, parameter.at - begin));
    begin = parameter.end();
  }
  pieces.texts.emplace_back(sql.substr(begin));
  return pieces;
}

}  // namespace watchbill::store::mysql
