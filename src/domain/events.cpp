#include "domain/events.h"

#include <utility>

namespace watchbill::domain {

EventBus::Subscription& EventBus::Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  end();
  bus_ = std::exchange(other.bus_, nullptr);
  user_id_ = std::move(other.user_id_);
  key_ = other.key_;
  return *this;
}

void EventBus::Subscription::end() {
  if (!bus_) return;
  const auto user = bus_->listeners_.find(user_id_);
  if (user != bus_->listeners_.end() && user->second.erase(key_) && user->second.empty())
    bus_->listeners_.erase(user);
  bus_ = nullptr;
}

EventBus::Subscription EventBus::subscribe(const UserId& user_id, Listener listener) {
  listeners_[user_id].emplace(++last_key_, std::move(listener));
  return Subscription(this, user_id, last_key_);
}

std::vector<UserId> EventBus::listened_to() const {
  std::vector<UserId> users;
  for (const auto& [user, listeners] : listeners_) users.push_back(user);
  return users;
}

void EventBus::publish(const Event& event) const {
  const auto user = listeners_.find(event.user_id);
  if (user == listeners_.end()) return;
  for (const auto& [key, listener] : user->second) listener(event);
}

}  // namespace watchbill::domain
