#include "app/node/instance.h"

#include <gtest/gtest.h>

#include "app/cli/failure.h"
#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

class InstanceTest : public testing::Test {
 protected:
  const Speaker say_{Language::english};
  support::TempFolder folder_;
};

TEST_F(InstanceTest, IsNumberedAmongTheLiving) {
  const Instance first(folder_.path(), "host", say_);
  auto second = std::make_unique<Instance>(folder_.path(), "host", say_);
  const Instance third(folder_.path(), "host", say_);
  EXPECT_EQ(first.name(), "host-1");
  EXPECT_EQ(second->name(), "host-2");
  EXPECT_EQ(third.name(), "host-3");
  second.reset();
  EXPECT_EQ(Instance(folder_.path(), "host", say_).name(), "host-2");
}

TEST_F(InstanceTest, KnowsWhoHeldTheNumberBefore) {
  EXPECT_EQ(Instance(folder_.path(), "container-a", say_).former_name(), "");
  EXPECT_EQ(Instance(folder_.path(), "container-a", say_).former_name(), "");
  EXPECT_EQ(Instance(folder_.path(), "container-b", say_).former_name(), "container-a-1");
}

TEST_F(InstanceTest, AFolderThatIsNoneIsRefused) {
  EXPECT_THROW(Instance(folder_.path() / "absent", "host", say_), Failure);
}

TEST(HostName, IsMadeOfPlainCharacters) {
  const auto name = host_name();
  EXPECT_FALSE(name.empty());
  EXPECT_LE(name.size(), 64u);
  EXPECT_EQ(name.find_first_of(" /\\\"'"), std::string::npos);
}

}  // namespace
}  // namespace watchbill::app
