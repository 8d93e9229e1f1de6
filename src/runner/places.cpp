#include "runner/places.h"

#include <algorithm>

namespace watchbill::runner {

Places::Place Places::take(base::Monotonic now) { return new_.insert(new_.end(), Entry{now}); }

void Places::give_back(Place place) { (place->slow ? slow_ : new_).erase(place); }

std::size_t Places::free(base::Monotonic now) {
  while (next_slow() <= now) {
    new_.front().slow = true;
    slow_.splice(slow_.end(), new_, new_.begin());
  }
  const auto all = limits_.count + limits_.most_slow, running = new_.size() + slow_.size();
  if (new_.size() >= limits_.count || running >= all) return 0;
  return std::min(limits_.count - new_.size(), all - running);
}

base::Monotonic Places::next_slow() const {
  return new_.empty() ? base::Monotonic::max() : new_.front().since + limits_.patience;
}

}  // namespace watchbill::runner
