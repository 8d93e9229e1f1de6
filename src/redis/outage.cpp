#include "redis/outage.h"

#include <utility>

#include "base/log.h"

namespace watchbill::redis {

void Outage::Share::report(const std::string& problem) {
  const std::lock_guard lock(outage_.mutex_);
  if (!std::exchange(is_down_, true)) ++outage_.down_;
  if (outage_.told_.insert(problem).second)
    base::log::warning("no connection to Redis", {{"error", problem}});
}

void Outage::Share::end(const std::string& server) {
  if (leave()) base::log::info("connected to Redis", {{"server", server}});
}

bool Outage::Share::leave() {
  const std::lock_guard lock(outage_.mutex_);
  if (!std::exchange(is_down_, false) || --outage_.down_ > 0) return false;
  outage_.told_.clear();
  return true;
}

}  // namespace watchbill::redis
