#include "redis/outage.h"

#include "base/log.h"

namespace watchbill::redis {

namespace {

// Different ones; an outage may be long.
constexpr std::size_t kMostTroubles = 100;

}  // namespace

void Outage::Share::report(const std::string& problem) {
  const std::lock_guard lock(outage_->mutex_);
  if (!std::exchange(is_down_, true)) ++outage_->down_;
  auto& told = outage_->told_;
  if (told.size() < kMostTroubles && told.insert(problem).second)
    base::log::warning("no connection to Redis", {{"error", problem}});
}

void Outage::Share::end(const std::string& server) {
  const std::lock_guard lock(outage_->mutex_);
  if (is_last_to_end()) base::log::info("connected to Redis", {{"server", server}});
}

void Outage::Share::leave() {
  const std::lock_guard lock(outage_->mutex_);
  is_last_to_end();
}

bool Outage::Share::is_last_to_end() {
  if (!std::exchange(is_down_, false) || --outage_->down_ > 0) return false;
  outage_->told_.clear();
  return true;
}

}  // namespace watchbill::redis
