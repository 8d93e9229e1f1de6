// Bounds the probes that people start by hand, so that they cannot be used to flood a target or this server.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "domain/user.h"

namespace watchbill::api {

// Reactor thread only.
class TestSlots {
 public:
  static constexpr std::size_t kPerUser = 4;
  static constexpr std::size_t kInAll = 32;

  // Holds a place until destroyed. The slots must outlive it.
  class Slot {
   public:
    // Throws Refusal 429 when the user, or all together, have as many as allowed.
    Slot(TestSlots& slots, const domain::UserId& user_id);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    TestSlots& slots_;
    domain::UserId user_id_;
  };

 private:
  std::unordered_map<domain::UserId, std::size_t> by_user_;
  std::size_t in_all_ = 0;
};

}  // namespace watchbill::api
