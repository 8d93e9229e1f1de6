// The search for the next time. It follows cron-parser step by step, also where a shorter way would do: only
// so do accidents of either give the same times.
#include "bullmq/cron.h"

#include <algorithm>

#include "bullmq/cron_pattern.h"
#include "bullmq/cron_zone.h"

namespace watchbill::bullmq {

using base::Millis;
using base::Timestamp;
using namespace std::chrono;

struct CronSchedule {
  CronPattern pattern;
  Zone zone;
};

namespace {

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
  const Values& values(FieldIndex field) const { return schedule_.pattern.values[field]; }
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
    const bool by_day = matches(kDay, day) || (schedule_.pattern.last_day && day == last_day);
    const int nth = schedule_.pattern.nth_weekday;
    const bool by_weekday = (matches(kWeekday, clock_.weekday()) && (nth == 0 || (day + 6) / 7 == nth)) ||
                            (schedule_.pattern.last_weekdays[clock_.weekday()] && day > last_day - 7);
    if (schedule_.pattern.any_weekday) return by_day;
    return by_weekday || (!schedule_.pattern.any_day && by_day);
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
  return CronExpression(
      std::make_shared<CronSchedule>(CronSchedule{parse_cron_pattern(pattern), zone_of(time_zone)}));
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
