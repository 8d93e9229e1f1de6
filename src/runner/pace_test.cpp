#include "runner/pace.h"

#include <gtest/gtest.h>

namespace watchbill::runner {
namespace {

using namespace std::chrono_literals;

TEST(PaceTest, counts_what_lies_within_the_window) {
  Pace pace(100ms);
  const base::Monotonic begin{};
  EXPECT_EQ(pace.lately(begin), 0u);
  pace.count(begin);
  pace.count(begin);
  pace.count(begin + 60ms);
  EXPECT_EQ(pace.lately(begin + 99ms), 3u);
  EXPECT_EQ(pace.lately(begin + 100ms), 1u) << "the window is over for the first two";
  EXPECT_EQ(pace.lately(begin + 160ms), 0u);
}

}  // namespace
}  // namespace watchbill::runner
