// Bounds what people start by hand and takes others' resources: probes, and lookups of the names that they
// type. So neither can be used to flood a target, a name server or this server.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "domain/user.h"

namespace watchbill::api {

// Reactor thread only.
class TestSlots {
 public:
  struct Limits {
    std::size_t per_user;
    std::size_t in_all;
  };

  explicit TestSlots(Limits limits) : limits_(limits) {}

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
  const Limits limits_;
  std::unordered_map<domain::UserId, std::size_t> by_user_;
  std::size_t in_all_ = 0;
};

}  // namespace watchbill::api
