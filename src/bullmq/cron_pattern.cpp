// Follows cron-parser also where a shorter way would do: only so do accidents of either give the same values.
#include "bullmq/cron_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "bullmq/cron_text.h"

namespace watchbill::bullmq {

using namespace cron_text;

namespace {

struct FieldRule {
  const char* name;
  int min, max;
  const char* allowed;  // for messages
};
constexpr std::array<FieldRule, kFieldCount> kRules{{
    {"second", 0, 59, "0-59"},
    {"minute", 0, 59, "0-59"},
    {"hour", 0, 23, "0-23"},
    {"day of month", 1, 31, "1-31, L for the last day"},
    {"month", 1, 12, "1-12, JAN-DEC"},
    {"day of week", 0, 7, "0-7, SUN-SAT, 5L for the last Friday, 5#2 for the second"},
}};
constexpr std::string_view kMonths = "jan feb mar apr may jun jul aug sep oct nov dec ";
constexpr std::string_view kWeekdays = "sun mon tue wed thu fri sat ";

// One field of a pattern.
class FieldParser {
 public:
  // Values above `once_until` may be given twice.
  FieldParser(FieldIndex index, std::string_view written, int once_until = 63)
      : index_(index), rule_(kRules[index]), written_(written), once_until_(once_until) {
    std::string text(written);
    if (index == kWeekday && has(written, '#')) text = take_nth();
    if (index == kMonth || index == kWeekday) text = with_numbers_for_names(text);
    check_characters(text);
    const auto everything = fmt::format("{}-{}", rule_.min, rule_.max);
    // In the text: cron-parser takes 1* as 10-59.
    for (std::size_t at; (at = text.find_first_of("*?")) != text.npos;) text.replace(at, 1, everything);
    for (const auto item : split(text, ',')) parse_item(item);
  }

  const Values& values() const { return values_; }
  int nth() const { return nth_; }
  bool any() const { return written_ == "*" || written_ == "?"; }
  bool has_last() const { return has(written_, 'L'); }
  // Days of the week whose last one in the month is meant.
  Values lasts() const {
    Values result;
    for (const auto& last : lasts_) result.set((last.front() - '0') % 7);
    for (int value = 0; value <= 7; ++value)
      if (has_last() && values_[value]) result.set(value % 7);
    return result;
  }

  [[noreturn]] void refuse(std::string_view why) const {
    throw std::invalid_argument(fmt::format("cron pattern: {} in the {} field {}; allowed: {}", why,
                                            rule_.name, quoted(written_), rule_.allowed));
  }

 private:
  // Leaves what is before the #.
  std::string_view take_nth() {
    const auto parts = split(written_, '#');
    if (written_.find_first_of(",-/") != written_.npos) refuse("# together with a list, a range or a step");
    if (parts.size() != 2 || parts[1].size() != 1 || parts[1] < "1" || parts[1] > "5")
      refuse("# without one number 1-5 after it");
    nth_ = parts[1].front() - '0';
    return parts[0];
  }

  // Either field knows the names of both, as in cron-parser, where MON as a month is January.
  std::string with_numbers_for_names(std::string_view text) const {
    std::string result;
    while (!text.empty()) {
      if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, is_letter)) {
        result += text.front();
        text.remove_prefix(1);
        continue;
      }
      const auto name = lower(text.substr(0, 3)) + ' ';
      const auto month = kMonths.find(name), weekday = kWeekdays.find(name);
      if (month == kMonths.npos && weekday == kWeekdays.npos)
        refuse(fmt::format("unknown name {}", quoted(text.substr(0, 3))));
      result += std::to_string(month != kMonths.npos ? month / 4 + 1 : weekday / 4);
      text.remove_prefix(3);
    }
    return result;
  }

  void check_characters(std::string_view text) const {
    const std::string_view allowed = index_ == kDay || index_ == kWeekday ? ",-/*?L" : ",-/*?";
    for (const char c : text) {
      if (c == 'H') refuse("H (a value by hash), which is not supported,");
      if (!is_digit(c) && !has(allowed, c)) refuse("a character that has no meaning");
    }
  }

  void parse_item(std::string_view item) {
    const auto parts = split(item, '/');
    if (item.empty()) refuse("an empty item");
    if (parts.size() > 2) refuse("more than one step");
    std::string range(parts[0]);
    if (parts.size() == 2 && !has(range, '-')) range += fmt::format("-{}", rule_.max);
    if (!has(range, '-')) return parse_single(item);
    // Bounds beyond the second, and whatever follows the digits of a number, are of no account to
    // cron-parser.
    const auto bounds = split(range, '-');
    const auto step = parts.size() == 2 ? leading_number(parts[1]) : 1;
    add_range(leading_number(bounds[0]), leading_number(bounds[1]), step.value_or(0));
  }

  void parse_single(std::string_view item) {
    if (!has(item, 'L')) {
      const int value = leading_number(item).value_or(-1);
      if (value < rule_.min || value > rule_.max) refuse(fmt::format("{} is out of range", quoted(item)));
      return add(index_ == kWeekday ? value % 7 : value);
    }
    const bool is_last = item.size() <= 3 && item.find('L') == item.size() - 1;
    if (!is_last || (index_ == kWeekday && item == "L")) refuse("a misplaced L");
    if (std::find(lasts_.begin(), lasts_.end(), item) != lasts_.end()) refuse("a value given twice");
    lasts_.emplace_back(item);
  }

  void add_range(std::optional<int> first, std::optional<int> last, int step) {
    if (!first || !last || *first < rule_.min || *last > rule_.max) refuse("a range out of bounds");
    if (*first > *last) refuse("a range that ends before it starts");
    if (step < 1) refuse("a step that is not 1 or more");
    const bool ends_on_sunday = index_ == kWeekday && *last % 7 == 0 && (*last - *first) % step == 0;
    if (ends_on_sunday) add(0);
    for (int value = *first; value <= *last; value += step)
      if (value != 0 || !ends_on_sunday) add(value);
  }

  void add(int value) {
    if (values_[value] && value <= once_until_) refuse(fmt::format("{} given twice", value));
    values_.set(value);
  }

  FieldIndex index_;
  const FieldRule& rule_;
  std::string_view written_;
  int once_until_;
  Values values_;
  std::vector<std::string> lasts_;  // "5L"
  int nth_ = 0;
};

constexpr std::pair<std::string_view, std::string_view> kPredefined[] = {
    {"@yearly", "0 0 0 1 1 *"},     {"@annually", "0 0 0 1 1 *"}, {"@monthly", "0 0 0 1 * *"},
    {"@weekly", "0 0 0 * * 0"},     {"@daily", "0 0 0 * * *"},    {"@hourly", "0 0 * * * *"},
    {"@minutely", "0 * * * * *"},   {"@secondly", "* * * * * *"}, {"@weekdays", "0 0 0 * * 1-5"},
    {"@weekends", "0 0 0 * * 0,6"},
};

std::vector<std::string_view> fields_of(std::string_view pattern) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  for (const auto& [name, meaning] : kPredefined)
    if (pattern == name) pattern = meaning;
  if (pattern.size() > 1024) throw std::invalid_argument("cron pattern: longer than 1024 characters");
  std::vector<std::string_view> fields;
  for (std::size_t at; (at = pattern.find_first_not_of(kSpaces)) != pattern.npos;) {
    pattern.remove_prefix(at);
    fields.push_back(pattern.substr(0, pattern.find_first_of(kSpaces)));
    pattern.remove_prefix(fields.back().size());
  }
  if (fields.empty() || fields.size() > kFieldCount)
    throw std::invalid_argument(fmt::format("cron pattern: {} fields; allowed: 5 or 6", fields.size()));
  if (fields[0].starts_with('@'))
    throw std::invalid_argument(fmt::format("cron pattern: unknown name {}", quoted(fields[0])));
  while (fields.size() < kFieldCount) fields.insert(fields.begin(), fields.size() == 5 ? "0" : "*");
  return fields;
}

}  // namespace

CronPattern parse_cron_pattern(std::string_view pattern) {
  const auto written = fields_of(pattern);
  const FieldParser month(kMonth, written[kMonth]), weekday(kWeekday, written[kWeekday]);
  // cron-parser drops the days that the only month does not have before it looks for what is given twice.
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool one_month = month.values().count() == 1;
  const int most_days = one_month ? kDays[first_of(month.values()) - 1] : 31;
  const FieldParser day(kDay, written[kDay], most_days);
  if (first_of(day.values()) > most_days && !day.has_last() && weekday.any())
    day.refuse("a day that the month does not have");

  auto values_of = [&](FieldIndex index) { return FieldParser(index, written[index]).values(); };
  return {
      .values = {values_of(kSecond), values_of(kMinute), values_of(kHour), day.values(), month.values(),
                 weekday.values()},
      .any_day = day.any(),
      .any_weekday = weekday.any(),
      .last_day = day.has_last(),
      .last_weekdays = weekday.lasts(),
      .nth_weekday = weekday.nth(),
  };
}

}  // namespace watchbill::bullmq
