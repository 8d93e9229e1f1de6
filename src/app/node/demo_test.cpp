#include "app/node/demo.h"

#include <gtest/gtest.h>

#include "tests/support/temp_store.h"

namespace watchbill::app {
namespace {

class Demo : public testing::Test {
 protected:
  void prepare(const std::string& hash = "hash") {
    prepare_demo(store(), hash, demo_monitors(config_, true));
  }
  store::Store& store() { return temp_.store(); }
  domain::User user() { return *store().users().find_by_email(std::string(kDemoEmail)); }

  base::SystemClock clock_;
  support::TempStore temp_{clock_};
  Config config_;
};

TEST_F(Demo, WatchesTheNodeItselfEveryMinute) {
  prepare();
  EXPECT_EQ(user().role, domain::Role::admin);
  EXPECT_EQ(temp_.schedule(user().id).interval_minutes, 1);
  EXPECT_LE(temp_.schedule(user().id).next_run_at, store().schedules().now());
  const auto monitors = store().monitors().list(user().id);
  ASSERT_EQ(monitors.size(), 3u);
  EXPECT_EQ(monitors[0].config["url"], "http://127.0.0.1:10111/healthz");
  EXPECT_EQ(monitors[1].config["port"], 10111);
  EXPECT_EQ(monitors[2].config["url"], "http://127.0.0.1:10111/");
}

TEST_F(Demo, TheSecondStartKeepsItsMonitorsAndFollowsThePort) {
  prepare("first");
  const auto before = store().monitors().list(user().id);
  config_.port = 8080;
  prepare("second");
  const auto after = store().monitors().list(user().id);
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].config["url"], "http://127.0.0.1:8080/healthz");
  EXPECT_EQ(user().password_hash, "second");
}

TEST_F(Demo, AmongRealUsersItIsNoAdministrator) {
  temp_.add_user("ada");
  prepare();
  EXPECT_EQ(user().role, domain::Role::user);
}

TEST_F(Demo, WithoutAPageItIsNotWatched) {
  EXPECT_EQ(demo_monitors(config_, false).size(), 2u);
  config_.host = "0.0.0.0";
  EXPECT_EQ(own_address(config_), "127.0.0.1");
}

}  // namespace
}  // namespace watchbill::app
