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
  const Instance first(folder_.path(), "host", Instance::Reach::folder, say_);
  auto second = std::make_unique<Instance>(folder_.path(), "host", Instance::Reach::folder, say_);
  const Instance third(folder_.path(), "host", Instance::Reach::folder, say_);
  EXPECT_EQ(first.name(), "host-1");
  EXPECT_EQ(second->name(), "host-2");
  EXPECT_EQ(third.name(), "host-3");
  second.reset();
  EXPECT_EQ(Instance(folder_.path(), "host", Instance::Reach::folder, say_).name(), "host-2");
}

TEST_F(InstanceTest, KnowsWhoHeldTheNumberBefore) {
  EXPECT_EQ(Instance(folder_.path(), "container-a", Instance::Reach::folder, say_).former_name(), "");
  EXPECT_EQ(Instance(folder_.path(), "container-a", Instance::Reach::folder, say_).former_name(), "");
  EXPECT_EQ(Instance(folder_.path(), "container-b", Instance::Reach::folder, say_).former_name(),
            "container-a-1");
}

TEST_F(InstanceTest, HasANameOfItsOwnAmongAllThatUseADatabase) {
  const auto name_in = [this](const std::filesystem::path& folder, const std::string& host = "host") {
    return Instance(folder, host, Instance::Reach::anywhere, say_).name();
  };
  const support::TempFolder other;
  const auto name = name_in(folder_.path());
  EXPECT_TRUE(name.starts_with("host-1-")) << name;
  EXPECT_EQ(name_in(folder_.path()), name) << "after a crash too";
  EXPECT_NE(name_in(other.path()), name);
  EXPECT_TRUE(name_in(folder_.path(), "moved").starts_with("moved-1-"));
  EXPECT_EQ(Instance(folder_.path(), "host", Instance::Reach::anywhere, say_).former_name().substr(0, 8),
            "moved-1-");
}

TEST_F(InstanceTest, AFolderThatIsNoneIsRefused) {
  EXPECT_THROW(Instance(folder_.path() / "absent", "host", Instance::Reach::folder, say_), Failure);
}

TEST(HostName, IsMadeOfPlainCharacters) {
  const auto name = host_name();
  EXPECT_FALSE(name.empty());
  EXPECT_LE(name.size(), 64u);
  EXPECT_EQ(name.find_first_of(" /\\\"'"), std::string::npos);
}

}  // namespace
}  // namespace watchbill::app
