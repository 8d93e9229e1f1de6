#include "app/node/setup_link.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

using namespace std::chrono_literals;

class SetupLinkTest : public testing::Test {
 protected:
  SetupLink link() { return SetupLink(folder_.path(), "http://127.0.0.1:10111", clock_); }

  support::TempFolder folder_;
  base::ManualClock clock_{*base::parse_iso8601("2026-03-01T08:15:00.000Z")};
};

TEST_F(SetupLinkTest, HasItsTokenInTheFragment) {
  const auto issued = link().issue();
  EXPECT_EQ(issued.address, "http://127.0.0.1:10111/setup#token=" + issued.token);
  EXPECT_TRUE(link().accepts(issued.token));
  EXPECT_FALSE(link().accepts(issued.token + "x"));
  EXPECT_FALSE(link().accepts(issued.token.substr(1)));
  EXPECT_FALSE(link().accepts(""));
}

TEST_F(SetupLinkTest, ARestartShowsTheSameWhileItIsGoodForSomeTime) {
  const auto first = link().issue();
  clock_.advance(15min);
  EXPECT_EQ(link().issue().token, first.token);
  clock_.advance(10min);
  const auto second = link().issue();
  EXPECT_NE(second.token, first.token);
  EXPECT_TRUE(link().accepts(second.token));
  EXPECT_FALSE(link().accepts(first.token));
}

TEST_F(SetupLinkTest, IsShownWithTheAddressThatItsServerHas) {
  const auto issued = link().issue();
  SetupLink elsewhere(folder_.path(), "http://127.0.0.1:8080", clock_);
  EXPECT_EQ(elsewhere.current().address, issued.address);
  EXPECT_EQ(elsewhere.issue().address, "http://127.0.0.1:8080/setup#token=" + issued.token);
  EXPECT_EQ(link().current().token, issued.token);
  link().remove();
  EXPECT_NE(link().current().token, issued.token);
}

TEST_F(SetupLinkTest, ProcessesThatStartAtOnceShowOneLink) {
  constexpr int kStarts = 8;
  std::vector<std::future<std::string>> shown;
  for (int start = 0; start < kStarts; ++start) {
    shown.push_back(std::async(std::launch::async, [this] { return link().issue().token; }));
  }
  for (auto& token : shown) EXPECT_EQ(token.get(), link().current().token);
}

TEST_F(SetupLinkTest, EndsAfterHalfAnHour) {
  const auto issued = link().issue();
  clock_.advance(SetupLink::kValid - 1ms);
  EXPECT_TRUE(link().accepts(issued.token));
  clock_.advance(1ms);
  EXPECT_FALSE(link().accepts(issued.token));
}

TEST_F(SetupLinkTest, IsGoneAfterItsUse) {
  auto used = link();
  const auto issued = used.issue();
  used.remove();
  EXPECT_FALSE(used.accepts(issued.token));
  EXPECT_FALSE(std::filesystem::exists(used.file()));
}

TEST_F(SetupLinkTest, TheFileShowsTheLinkToItsOwnerAlone) {
  const auto issued = link().issue();
  struct stat status {};
  ASSERT_EQ(stat(link().file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::string first_line;
  std::ifstream file(link().file());
  std::getline(file, first_line);
  EXPECT_EQ(first_line, issued.address);
}

TEST_F(SetupLinkTest, AFileThatIsSomethingElseIsNoLink) {
  std::ofstream(folder_.path() / "setup-link") << "#token=\n2030-01-01T00:00:00Z\n";
  EXPECT_FALSE(link().accepts(""));
  std::ofstream(folder_.path() / "setup-link") << "nonsense";
  EXPECT_FALSE(link().accepts("nonsense"));
}

}  // namespace
}  // namespace watchbill::app
