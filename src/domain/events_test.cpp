#include "domain/events.h"

#include <gtest/gtest.h>

namespace watchbill::domain {
namespace {

TEST(EventBus, events_reach_their_own_user_only) {
  EventBus bus;
  int anna = 0, bert = 0;
  const auto a = bus.subscribe("anna", [&](const Event&) { ++anna; });
  const auto b = bus.subscribe("bert", [&](const Event&) { ++bert; });
  bus.publish({"anna", ScheduleChanged{}});
  EXPECT_EQ(anna, 1);
  EXPECT_EQ(bert, 0);
}

TEST(EventBus, a_subscription_ends_with_its_handle) {
  EventBus bus;
  int heard = 0;
  {
    auto handle = bus.subscribe("anna", [&](const Event&) { ++heard; });
    auto moved = std::move(handle);
    EXPECT_TRUE(bus.listening("anna"));
  }
  EXPECT_FALSE(bus.listening("anna"));
  bus.publish({"anna", ScheduleChanged{}});
  EXPECT_EQ(heard, 0);
}

}  // namespace
}  // namespace watchbill::domain
