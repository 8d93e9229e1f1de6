#include "app/node/banner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace watchbill::app {
namespace {

using testing::HasSubstr;
using testing::Not;

BannerFacts facts() {
  BannerFacts facts;
  facts.version = "1.2.3";
  facts.data_folder = "/var/lib/watchbill";
  facts.url = "http://127.0.0.1:10111";
  return facts;
}

TEST(Banner, SaysWhereItIsAndHowToStopIt) {
  const auto text = banner_text(facts(), Speaker(Language::english));
  EXPECT_THAT(text, HasSubstr("watchbill 1.2.3"));
  EXPECT_THAT(text, HasSubstr("http://127.0.0.1:10111\n"));
  EXPECT_THAT(text, HasSubstr("/var/lib/watchbill"));
  EXPECT_THAT(text, HasSubstr("Ctrl-C"));
  EXPECT_THAT(text, Not(HasSubstr("set up")));
  EXPECT_THAT(text, Not(HasSubstr("sign in")));
}

TEST(Banner, ShowsTheSetUpLinkWithItsTwinOnTheCommandLine) {
  auto first_start = facts();
  first_start.setup_link = "http://127.0.0.1:10111/setup#token=abc";
  const auto text = banner_text(first_start, Speaker(Language::english));
  EXPECT_THAT(text, HasSubstr("/setup#token=abc\n"));
  EXPECT_THAT(text, HasSubstr("watchbill user add EMAIL --admin\n"));
  first_start.common_flags = " --data-dir elsewhere";
  EXPECT_THAT(banner_text(first_start, Speaker(Language::english)),
              HasSubstr("watchbill user add EMAIL --admin --data-dir elsewhere\n"));
}

TEST(Banner, AsAnEventHasTheSameInIt) {
  auto demo = facts();
  EXPECT_EQ(banner_json(demo)["setupLink"], nullptr);
  EXPECT_EQ(banner_json(demo)["demo"], nullptr);
  demo.demo = {"demo@example.org", "secret"};
  const auto event = banner_json(demo);
  EXPECT_EQ(event["event"], "ready");
  EXPECT_EQ(event["url"], "http://127.0.0.1:10111");
  EXPECT_EQ(event["demo"]["password"], "secret");
}

}  // namespace
}  // namespace watchbill::app
