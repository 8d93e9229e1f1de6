// The values that a cron pattern names; internal to cron.
#pragma once

#include <array>
#include <bitset>
#include <string_view>

namespace watchbill::bullmq {

using Values = std::bitset<64>;

// 64: none is left.
inline int first_of(const Values& values, int from = 0) {
  while (from < 64 && !values[from]) ++from;
  return from;
}

enum FieldIndex { kSecond, kMinute, kHour, kDay, kMonth, kWeekday, kFieldCount };

struct CronPattern {
  std::array<Values, kFieldCount> values;
  bool any_day, any_weekday;  // written as * or ?
  bool last_day;
  Values last_weekdays;  // whose last one in the month is meant
  int nth_weekday;       // 0: any
};

// As CronExpression says. Throws std::invalid_argument.
CronPattern parse_cron_pattern(std::string_view pattern);

}  // namespace watchbill::bullmq
