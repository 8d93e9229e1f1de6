#include "base/time.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

namespace watchbill::base {

using namespace std::chrono;

Timestamp SystemClock::now() const { return floor<Millis>(system_clock::now()); }
Monotonic SystemClock::monotonic_now() const { return steady_clock::now(); }

std::string to_iso8601(Timestamp t) {
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const hh_mm_ss time(t - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

namespace {

// Reads exactly `digits` digits followed by `separator` (0: nothing) and steps over them.
std::optional<int> take(std::string_view& text, std::size_t digits, char separator) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  if (separator == 0) return value;
  if (text.empty() || text.front() != separator) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

// ".5", ".123", ".123456": milliseconds, the rest cut off.
std::optional<int> take_fraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return 0;
  text.remove_prefix(1);
  int ms = 0, digits = 0;
  for (; !text.empty() && std::isdigit(static_cast<unsigned char>(text.front()));
       ++digits, text.remove_prefix(1))
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
  if (digits == 0) return std::nullopt;
  for (int have = digits; have < 3; ++have) ms *= 10;
  return ms;
}

}  // namespace

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  const auto y = take(text, 4, '-'), mo = take(text, 2, '-'), d = take(text, 2, 'T');
  const auto h = take(text, 2, ':'), mi = take(text, 2, ':'), s = take(text, 2, 0);
  if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
  const auto ms = take_fraction(text);
  const year_month_day date{year(*y), month(unsigned(*mo)), day(unsigned(*d))};
  if (!ms || text != "Z" || !date.ok() || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  return sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s) + Millis(*ms);
}

}  // namespace watchbill::base
