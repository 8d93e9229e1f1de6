// The time zones of cron patterns; internal to cron.
#pragma once

#include <date/tz.h>

#include <string_view>

#include "base/time.h"

namespace watchbill::bullmq {

// Cheap to copy, for any thread.
class Zone {
 public:
  explicit Zone(const date::time_zone* named) : named_(named) {}
  explicit Zone(base::Millis fixed) : fixed_(fixed) {}
  base::Millis offset(base::Timestamp at) const {
    return named_ ? base::Millis(named_->get_info(at).offset) : fixed_;
  }

 private:
  const date::time_zone* named_ = nullptr;  // lives as long as the process
  base::Millis fixed_{0};
};

// As CronExpression::parse() takes and refuses names.
Zone zone_of(std::string_view name);

}  // namespace watchbill::bullmq
