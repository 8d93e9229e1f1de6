// What happens right now, for open pages. Nothing depends on an event being heard: the store is the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "domain/round.h"

namespace watchbill::domain {

// A round of the user started; `total` monitors will be checked.
struct RoundStarted {
  base::Timestamp slot;
  base::Timestamp started_at;
  int total = 0;
  Trigger trigger = Trigger::schedule;
};

// One monitor of the running round was checked; nothing is recorded yet.
struct CheckFinished {
  base::Timestamp slot;
  int done = 0;
  int total = 0;
  CheckResult check;
};

// The round is recorded.
struct RoundFinished {
  Round round;
};

struct MonitorChanged {
  enum class Change { state, created, updated, deleted };

  MonitorId monitor_id;
  Change change = Change::state;
  MonitorStatus status;  // with Change::state
};

// Somebody changed the schedule, or a round moved it on.
struct ScheduleChanged {};

struct Event {
  UserId user_id;
  std::variant<RoundStarted, CheckFinished, RoundFinished, MonitorChanged, ScheduleChanged> data;
};

// Reactor thread only. Events of a user reach that user's subscriptions only.
class EventBus {
 public:
  using Listener = std::function<void(const Event&)>;

  // Ends its subscription when destroyed. The bus must outlive it.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(EventBus* bus, UserId user_id, std::uint64_t key)
        : bus_(bus), user_id_(std::move(user_id)), key_(key) {}
    Subscription(Subscription&& other) noexcept { *this = std::move(other); }
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription() { end(); }

   private:
    void end();

    EventBus* bus_ = nullptr;
    UserId user_id_;
    std::uint64_t key_ = 0;
  };

  // `listener` is called inside publish() and must not subscribe or unsubscribe there.
  [[nodiscard]] Subscription subscribe(const UserId& user_id, Listener listener);

  // Whether anybody would hear: ask before building costly data.
  bool listening(const UserId& user_id) const { return listeners_.contains(user_id); }

  std::vector<UserId> listened_to() const;

  void publish(const Event& event) const;

 private:
  std::unordered_map<UserId, std::unordered_map<std::uint64_t, Listener>> listeners_;
  std::uint64_t last_key_ = 0;
};

}  // namespace watchbill::domain
