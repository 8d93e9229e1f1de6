#include "redis/outage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace watchbill::redis {
namespace {

using testing::ElementsAre;

class OutageTest : public testing::Test {
 protected:
  void SetUp() override { testing::internal::CaptureStderr(); }
  // The lines of the log.
  static std::vector<std::string> told() {
    std::vector<std::string> told;
    std::istringstream lines(testing::internal::GetCapturedStderr());
    for (std::string line; std::getline(lines, line);) told.push_back(line);
    return told;
  }

  const std::shared_ptr<Outage> outage_ = std::make_shared<Outage>();
};

TEST_F(OutageTest, each_trouble_and_the_end_are_told_once) {
  Outage::Share jobs(outage_), marker(outage_);
  for (auto* share : {&jobs, &marker}) share->report("lost");
  for (auto* share : {&jobs, &marker, &jobs}) share->report("refused");
  for (auto* share : {&marker, &marker, &jobs}) share->end("h:1");
  EXPECT_THAT(told(), ElementsAre(testing::HasSubstr("lost"), testing::HasSubstr("refused"),
                                  testing::HasSubstr("connected to Redis server=h:1")));
}

TEST_F(OutageTest, the_next_one_is_told_anew) {
  Outage::Share jobs(outage_);
  for (int i = 0; i < 2; ++i) {
    jobs.report("lost");
    jobs.end("h:1");
  }
  EXPECT_EQ(told().size(), 4u);
}

TEST_F(OutageTest, who_leaves_is_not_waited_for) {
  Outage::Share jobs(outage_);
  {
    Outage::Share marker(outage_);
    for (auto* share : {&jobs, &marker}) share->report("lost");
  }
  jobs.end("h:1");
  EXPECT_EQ(told().size(), 2u);
}

TEST_F(OutageTest, a_connection_that_was_never_down_says_nothing) {
  Outage::Share(outage_).end("h:1");
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace watchbill::redis
