// The protocol of docs/design/protocol.md once more, as plainly as it can be written, to compare a store
// with.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/schedule.h"

namespace watchbill::contract {

using base::Millis;
using base::Timestamp;
using domain::Fence;

struct ModelUser {
  bool enabled = true;
  int interval_minutes = 5;
  Timestamp next_run_at;
  std::optional<Timestamp> locked_until;
  std::string locked_by;
  Fence fence = 0;
  Fence started_fence = 0;
  std::map<Timestamp, Fence> rounds;  // by slot: who recorded it

  bool locked(Timestamp now) const { return locked_until && *locked_until > now; }
  bool running(Timestamp now) const { return locked(now) && started_fence == fence; }
  bool holds(Fence f) const { return fence == f && started_fence == f; }
  Timestamp claimable_at() const { return locked_until ? std::max(*locked_until, next_run_at) : next_run_at; }
  bool due(Timestamp now) const { return enabled && claimable_at() <= now; }

  void lock(const std::string& by, Timestamp until) { locked_by = by, locked_until = until; }
  void free() { locked_by.clear(), locked_until.reset(); }

  void claim(const std::string& dispatcher, Timestamp until) {
    ++fence;
    lock(dispatcher, until);
  }
  void release(Fence f) {
    if (fence == f && started_fence < f) free();
  }
  bool start(Fence f, const std::string& worker, Timestamp until) {
    if (fence != f || started_fence >= f || !enabled) return false;
    started_fence = f;
    lock(worker, until);
    return true;
  }
  bool renew(Fence f, Timestamp until) {
    if (!holds(f) || !locked_until) return false;
    locked_until = until;
    return true;
  }
  void give_back(Fence f, Timestamp until) {
    if (!holds(f) || !locked_until) return;
    started_fence = f - 1;
    locked_until = until;
  }
  // Returns the slot of the round.
  std::optional<Timestamp> claim_and_start(bool only_if_due, const std::string& worker, Timestamp now,
                                           Timestamp until) {
    const bool in_queue = locked(now) && !locked_by.starts_with("worker-");
    const bool may =
        only_if_due ? enabled && next_run_at <= now && (!locked(now) || in_queue) : !running(now) || in_queue;
    if (!may) return std::nullopt;
    started_fence = ++fence;
    lock(worker, until);
    return slot_now(now);
  }
  // Of the round that starts now: the plan's, if that has come.
  Timestamp slot_now(Timestamp now) const {
    return enabled && next_run_at <= now ? next_run_at : unused(now);
  }
  bool finish(Fence f, Timestamp slot, Timestamp now) {
    const auto recorded = rounds.find(slot);
    const bool before = recorded != rounds.end() && recorded->second == f;
    if (before || !holds(f)) return before;
    rounds.emplace(slot, f);
    if (next_run_at == slot) {
      const Millis interval = std::chrono::minutes(interval_minutes);
      while (next_run_at <= now) next_run_at += interval;
      if (next_run_at == slot) next_run_at += interval;
    }
    free();
    return true;
  }
  void run_now(Timestamp now) {
    if (!enabled) return;
    if (next_run_at > now)
      next_run_at = unused(now);
    else if (running(now))
      next_run_at = unused(std::max(now, next_run_at + Millis(1)));
  }
  void edit(std::optional<bool> enable, std::optional<int> interval, Timestamp now) {
    const bool enabling = enable == true && !enabled;
    enabled = enable.value_or(enabled);
    interval_minutes = interval.value_or(interval_minutes);
    const Millis step = std::chrono::minutes(interval_minutes);
    if (enabling)
      while (next_run_at <= now) next_run_at += step;
    while (next_run_at > now + step) next_run_at -= step;
  }
  void clear_expired(Timestamp now) {
    if (locked_until && *locked_until < now) free();
  }

 private:
  Timestamp unused(Timestamp slot) const {
    while (rounds.contains(slot)) slot += Millis(1);
    return slot;
  }
};

}  // namespace watchbill::contract
