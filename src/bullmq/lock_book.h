// Which locks a worker holds, and when they are to be renewed: no I/O.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace watchbill::bullmq {

class LockBook {
 public:
  // `renew_time`: a lock of that age is to be renewed; half the lock's duration as a rule.
  explicit LockBook(base::Millis renew_time) : renew_time_(renew_time) {}

  // False when another lock of the same job was held: that one is lost.
  bool track(const std::string& job_id, const std::string& token, base::Monotonic now) {
    return held_.insert_or_assign(job_id, Lock{token, now}).second;
  }
  // Only for that token: a job may have come back to the same worker meanwhile.
  void untrack(const std::string& job_id, const std::string& token) {
    if (const auto found = held_.find(job_id); found != held_.end() && found->second.token == token)
      held_.erase(found);
  }
  bool holds(const std::string& job_id, const std::string& token) const {
    const auto found = held_.find(job_id);
    return found != held_.end() && found->second.token == token;
  }
  std::size_t size() const { return held_.size(); }

  struct Due {
    std::vector<std::string> ids;
    std::vector<std::string> tokens;

    bool contains(const std::string& id, const std::string& token) const {
      for (std::size_t at = 0; at < ids.size(); ++at)
        if (ids[at] == id && tokens[at] == token) return true;
      return false;
    }
  };
  // Those that would be older than the renew time at the next look, one half of it later; they count as
  // renewed.
  Due take_due(base::Monotonic now) {
    Due due;
    for (auto& [id, lock] : held_) {
      if (now - lock.renewed < renew_time_ / 2) continue;
      lock.renewed = now;
      due.ids.push_back(id);
      due.tokens.push_back(lock.token);
    }
    return due;
  }
  base::Millis look_every() const { return std::max(base::Millis(1), renew_time_ / 2); }

  // All locks, for giving the jobs back.
  Due all() const {
    Due all;
    for (const auto& [id, lock] : held_) {
      all.ids.push_back(id);
      all.tokens.push_back(lock.token);
    }
    return all;
  }

 private:
  struct Lock {
    std::string token;
    base::Monotonic renewed;
  };

  const base::Millis renew_time_;
  std::unordered_map<std::string, Lock> held_;
};

}  // namespace watchbill::bullmq
