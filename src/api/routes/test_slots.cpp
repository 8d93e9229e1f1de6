#include "api/routes/test_slots.h"

#include "api/refusal.h"

namespace watchbill::api {

TestSlots::Slot::Slot(TestSlots& slots, const domain::UserId& user_id) : slots_(slots), user_id_(user_id) {
  const auto mine = slots.by_user_.find(user_id);
  const bool mine_taken = mine != slots.by_user_.end() && mine->second >= slots.limits_.per_user;
  if (mine_taken || slots.in_all_ >= slots.limits_.in_all)
    throw too_many_requests(std::chrono::seconds(2),
                            "Too many tests at once. Wait until one of them has ended.");
  ++slots.by_user_[user_id];
  ++slots.in_all_;
}

TestSlots::Slot::~Slot() {
  --slots_.in_all_;
  const auto mine = slots_.by_user_.find(user_id_);
  if (--mine->second == 0) slots_.by_user_.erase(mine);
}

}  // namespace watchbill::api
