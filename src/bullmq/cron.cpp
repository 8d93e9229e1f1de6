// Three parts: the zone, the pattern, and the search for the next time. Pattern and search follow cron-parser
// step by step, also where a shorter way would do: only so do accidents of either give the same times.
#include "bullmq/cron.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace watchbill::bullmq {

using base::Millis;
using base::Timestamp;
using namespace std::chrono;

namespace {

// What a person wrote, fit for a line of a message.
std::string quoted(std::string_view text) {
  std::string shown(text.substr(0, 60));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  return '"' + shown + (text.size() > shown.size() ? "…\"" : "\"");
}

bool has(std::string_view text, char c) { return text.find(c) != text.npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (is_letter(c)) c |= 0x20;
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != text.npos; text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

// The digits that a text starts with, as JavaScript's parseInt takes them; whatever is too large stays so.
std::optional<int> leading_number(std::string_view text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  int value = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
    value = std::min(value * 10 + (text.front() - '0'), 9999);
  return value;
}

// ---- zone

class Zone {
 public:
  explicit Zone(const date::time_zone* named) : named_(named) {}
  explicit Zone(Millis fixed) : fixed_(fixed) {}
  Millis offset(Timestamp at) const { return named_ ? Millis(named_->get_info(at).offset) : fixed_; }

 private:
  const date::time_zone* named_ = nullptr;  // lives as long as the process
  Millis fixed_{0};
};

const date::tzdb& zone_database() {
  try {
    const auto& database = date::get_tzdb();
    if (!database.zones.empty()) return database;
  } catch (const std::runtime_error&) {  // as said below, in other words
  }
  throw std::runtime_error("this machine has no time zone database in /usr/share/zoneinfo: install tzdata");
}

// "gmt", "utc", "utc+2", "utc-03:30", as Luxon reads them.
std::optional<Millis> fixed_offset(std::string_view lowered) {
  if (lowered == "gmt" || lowered == "utc") return Millis(0);
  if (lowered.size() < 5 || !lowered.starts_with("utc") || !has("+-", lowered[3])) return std::nullopt;
  const int sign = lowered[3] == '-' ? -1 : 1;
  const auto parts = split(lowered.substr(4), ':');
  for (const auto part : parts)
    if (!std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
  const bool hours_are_good = parts[0].size() == 1 || parts[0].size() == 2;
  if (!hours_are_good || parts.size() > 2 || (parts.size() == 2 && parts[1].size() != 2)) return std::nullopt;
  const int minute = parts.size() == 2 ? leading_number(parts[1]).value_or(0) : 0;
  return sign * (hours(leading_number(parts[0]).value_or(0)) + minutes(minute));
}

Zone named_zone(std::string_view name, std::string_view what, std::string_view allowed) {
  const auto lowered = lower(name);
  for (const auto& zone : zone_database().zones)
    if (lower(zone.name()) == lowered) return Zone(&zone);
  throw std::invalid_argument(fmt::format("{} {} is not known; allowed: {}", what, quoted(name), allowed));
}

Zone zone_of_localtime() {
  zone_database();
  try {
    return Zone(date::current_zone());
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("the machine's time zone cannot be told ({}): set TZ or name a zone",
                                         quoted(error.what())));
  }
}

// An offset like UTC+2 is not taken from TZ, where its sign has the other meaning.
Zone machine_zone() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment of a running program
  const char* variable = std::getenv("TZ");
  if (!variable) return zone_of_localtime();
  std::string_view name = variable;
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name == "/etc/localtime") return zone_of_localtime();
  if (name.empty()) return Zone(Millis(0));  // to the C library and Node too
  for (const std::string_view folder : {"/zoneinfo/", "posix/"})
    if (const auto at = name.find(folder); at != name.npos) name.remove_prefix(at + folder.size());
  return named_zone(name, "time zone of the environment variable TZ", "names like Europe/Berlin");
}

Zone zone_of(std::string_view name) {
  const auto lowered = lower(name);
  if (name.empty() || lowered == "local" || lowered == "system" || lowered == "default")
    return machine_zone();
  if (const auto offset = fixed_offset(lowered)) return Zone(*offset);
  return named_zone(name, "time zone", "names like Europe/Berlin, UTC+2");
}

// ---- pattern

using Values = std::bitset<64>;

int first_of(const Values& values, int from = 0) {
  while (from < 64 && !values[from]) ++from;
  return from;
}

struct FieldRule {
  const char* name;
  int min, max;
  const char* allowed;  // for messages
};
enum FieldIndex { kSecond, kMinute, kHour, kDay, kMonth, kWeekday, kFieldCount };
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

struct CronSchedule {
  Zone zone;
  std::array<Values, kFieldCount> values;
  bool any_day, any_weekday;  // written as * or ?
  bool last_day;
  Values last_weekdays;
  int nth_weekday;  // 0: any
};

namespace {

// ---- search

// A moment as the clocks of a zone show it, moved the way Luxon's DateTime is.
class WallClock {
 public:
  WallClock(Timestamp at, const Zone& zone) : zone_(&zone) { move_to(at); }

  Timestamp at() const { return at_; }
  Millis offset() const { return offset_; }
  year_month_day date() const { return year_month_day(floor<days>(local())); }
  int weekday() const { return int(std::chrono::weekday(floor<days>(local())).c_encoding()); }
  int hour() const { return int((floor<hours>(local()) - floor<days>(local())).count()); }
  int minute() const { return int((floor<minutes>(local()) - floor<hours>(local())).count()); }
  int second() const { return int((floor<seconds>(local()) - floor<minutes>(local())).count()); }
  bool between_seconds() const { return floor<seconds>(local()) != local(); }

  void set_hour(int value) { set<hours, days>(value); }
  void set_minute(int value) { set<minutes, hours>(value); }
  void set_second(int value) { set<seconds, minutes>(value); }
  template <class Unit>
  void start_of() {
    show(floor<Unit>(local()));
  }

  void next_second() { move_to(at_ + seconds(1)); }
  void next_minute() { move_to(at_ + minutes(1)), start_of<minutes>(); }
  void next_hour() { move_to(at_ + hours(1)), start_of<hours>(); }
  void next_day() { show(local() + days(1)), start_of<days>(); }
  void next_month() {
    const auto today = date();
    const auto month = today.year() / today.month() + months(1);
    const auto day = std::min(today.day(), (month / last).day());
    show(local_days(month / day) + (local() - floor<days>(local())));
    show(local_days(date().year() / date().month() / 1));
  }

  bool day_changes_offset() const {
    auto start = *this, end = *this;
    start.start_of<days>();
    end.next_day();
    end.move_to(end.at_ - Millis(1));
    return start.offset_ != end.offset_;
  }

 private:
  using Local = local_time<Millis>;
  Local local() const { return Local(at_.time_since_epoch() + offset_); }

  void move_to(Timestamp at) { at_ = at, offset_ = zone_->offset(at); }

  // A time that clocks show twice is the one with the offset of before; one that they skip is as long after
  // the gap as it would be after its start.
  void show(Local local) {
    auto guess = Timestamp(local.time_since_epoch() - offset_);
    if (const auto there = zone_->offset(guess); there != offset_) {
      guess = Timestamp(local.time_since_epoch() - there);
      if (const auto then = zone_->offset(guess); then != there)
        guess = Timestamp(local.time_since_epoch() - std::min(there, then));
    }
    move_to(guess);
  }

  template <class Unit, class Larger>
  void set(int value) {
    show(floor<Larger>(local()) + Unit(value) + (local() - floor<Unit>(local())));
  }

  const Zone* zone_;
  Timestamp at_;
  Millis offset_;
};

class Search {
 public:
  Search(const CronSchedule& schedule, Timestamp after)
      : schedule_(schedule), after_(after), clock_(after, schedule.zone) {}

  std::optional<Timestamp> run() {
    if (clock_.between_seconds()) {
      clock_.start_of<seconds>();
      advance(&WallClock::next_second);
    }
    constexpr int kMostSteps = 10'000;  // cron-parser's
    for (int step = 1; step < kMostSteps; ++step)
      if (arrived()) return clock_.at();
    return std::nullopt;
  }

 private:
  const Values& values(FieldIndex field) const { return schedule_.values[field]; }
  bool matches(FieldIndex field, int value) const { return values(field)[value]; }

  // One step towards the next time; true when it is there.
  bool arrived() {
    if (!matches(kMonth, int(unsigned(clock_.date().month())))) return clock_.next_month(), false;
    if (!day_matches()) return clock_.next_day(), false;
    if (!hour_matches_or_moves()) return false;
    if (!matches(kMinute, clock_.minute())) return move_minute(), false;
    if (!matches(kSecond, clock_.second())) return move_second(), false;
    if (clock_.at() == after_) return advance(&WallClock::next_second), false;
    return true;
  }

  bool day_matches() const {
    const auto date = clock_.date();
    const auto day = int(unsigned(date.day()));
    const auto last_day = int(unsigned((date.year() / date.month() / last).day()));
    const bool by_day = matches(kDay, day) || (schedule_.last_day && day == last_day);
    const int nth = schedule_.nth_weekday;
    const bool by_weekday = (matches(kWeekday, clock_.weekday()) && (nth == 0 || (day + 6) / 7 == nth)) ||
                            (schedule_.last_weekdays[clock_.weekday()] && day > last_day - 7);
    if (schedule_.any_weekday) return by_day;
    return by_weekday || (!schedule_.any_day && by_day);
  }

  bool hour_matches_or_moves() {
    const int hour = clock_.hour();
    if (skipped_from_ && landed_on_ == hour)
      for (int skipped = *skipped_from_; skipped != hour; skipped = (skipped + 1) % 24)
        if (matches(kHour, skipped)) return true;
    if (repeated_ == hour) {
      repeated_.reset();
      advance(&WallClock::next_hour);
      return false;
    }
    if (matches(kHour, hour)) return true;
    skipped_from_.reset();
    const int next = first_of(values(kHour), hour + 1);
    if (next > 23) {
      clock_.next_day();
      return false;
    }
    move_hour(hour, next);
    clock_.set_minute(first_of(values(kMinute)));
    clock_.set_second(first_of(values(kSecond)));
    return false;
  }

  // Hour by hour where the clocks change, so that the change is seen.
  void move_hour(int hour, int next) {
    if (!clock_.day_changes_offset()) return clock_.set_hour(next);
    for (int steps = next - hour; steps > 0; --steps) {
      advance(&WallClock::next_hour);
      if (clock_.hour() >= next) return;
    }
  }

  void move_minute() {
    if (const int next = first_of(values(kMinute), clock_.minute() + 1); next < 60) {
      clock_.set_minute(next);
    } else {
      advance(&WallClock::next_hour);
      clock_.set_minute(first_of(values(kMinute)));
    }
    clock_.set_second(first_of(values(kSecond)));
  }

  void move_second() {
    const int next = first_of(values(kSecond), clock_.second() + 1);
    if (next < 60) return clock_.set_second(next);
    advance(&WallClock::next_minute);
    clock_.set_second(first_of(values(kSecond)));
  }

  // Notes hours that the clocks skip or repeat. A pattern of every hour has nothing to make up for.
  void advance(void (WallClock::*move)()) {
    const int hour = clock_.hour();
    const auto offset = clock_.offset();
    (clock_.*move)();
    if (values(kHour).count() == 24) return;
    const int hours_on = (clock_.hour() - hour + 24) % 24;
    if (clock_.offset() > offset && hours_on >= 2) {
      skipped_from_ = (hour + 1) % 24;
      landed_on_ = clock_.hour();
    } else if (hours_on == 0 && clock_.minute() == 0 && clock_.second() == 0) {
      repeated_ = clock_.hour();
    }
  }

  const CronSchedule& schedule_;
  const Timestamp after_;
  WallClock clock_;
  std::optional<int> skipped_from_;  // the first hour of a gap, whose times are due in the hour landed on
  int landed_on_ = 0;
  std::optional<int> repeated_;  // the hour to leave out when it comes again
};

}  // namespace

CronExpression CronExpression::parse(std::string_view pattern, std::string_view time_zone) {
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
  return CronExpression(std::make_shared<CronSchedule>(CronSchedule{
      .zone = zone_of(time_zone),
      .values = {values_of(kSecond), values_of(kMinute), values_of(kHour), day.values(), month.values(),
                 weekday.values()},
      .any_day = day.any(),
      .any_weekday = weekday.any(),
      .last_day = day.has_last(),
      .last_weekdays = weekday.lasts(),
      .nth_weekday = weekday.nth(),
  }));
}

std::optional<Timestamp> CronExpression::next(Timestamp after) const {
  // Beyond these years sums would overflow.
  if (after < sys_days(year(1) / 1 / 1) || after > sys_days(year(9999) / 1 / 1)) return std::nullopt;
  auto found = Search(*schedule_, after).run();
  // Where clocks are put back to within an hour (Pacific/Chatham), the steps can lead back before `after`,
  // which would have a job run again and again until that hour is over.
  for (auto minute = ceil<minutes>(after); found && *found <= after; minute += minutes(1))
    found = Search(*schedule_, minute - Millis(1)).run();
  return found;
}

}  // namespace watchbill::bullmq
