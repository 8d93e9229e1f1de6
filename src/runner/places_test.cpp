#include "runner/places.h"

#include <gtest/gtest.h>

namespace watchbill::runner {
namespace {

using namespace std::chrono_literals;

class PlacesTest : public testing::Test {
 protected:
  std::size_t free() { return places_.free(now_); }
  Places::Place take() { return places_.take(now_); }

  base::Monotonic now_{1h};
  Places places_{{.count = 2, .patience = 2s, .most_slow = 3}};
};

TEST_F(PlacesTest, are_as_many_as_there_are) {
  EXPECT_EQ(free(), 2u);
  const auto first = take();
  take();
  EXPECT_EQ(free(), 0u);
  places_.give_back(first);
  EXPECT_EQ(free(), 1u);
}

TEST_F(PlacesTest, a_slow_round_makes_room_for_the_next) {
  take();
  now_ += 500ms;
  const auto second = take();
  EXPECT_EQ(places_.next_slow(), now_ + 1500ms);
  now_ += 1500ms;
  EXPECT_EQ(free(), 1u);
  EXPECT_EQ(places_.next_slow(), now_ + 500ms);
  now_ += 500ms;
  EXPECT_EQ(free(), 2u);
  EXPECT_EQ(places_.next_slow(), base::Monotonic::max());
  places_.give_back(second);
  EXPECT_EQ(free(), 2u);
}

TEST_F(PlacesTest, slow_rounds_are_not_without_end) {
  std::vector<Places::Place> taken;
  while (free() > 0) {
    taken.push_back(take());
    now_ += 2s;
  }
  EXPECT_EQ(taken.size(), 5u);
  places_.give_back(taken.front());
  EXPECT_EQ(free(), 1u);
}

}  // namespace
}  // namespace watchbill::runner
