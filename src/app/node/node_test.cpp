#include "app/node/node.h"

#include <gtest/gtest.h>

#include "app/commands/http_call.h"
#include "app/testing/running_node.h"

namespace watchbill::app {
namespace {

class NodeTest : public testing::Test {
 protected:
  NodeTest() { config_.port = free_port(); }

  HttpAnswer get(const std::string& path) { return call_http({.url = local_url(config_) + path}); }

  support::TempFolder folder_, other_;
  Config config_;
};

TEST_F(NodeTest, ServesWhenItHasStartedAndNoMoreWhenItHasStopped) {
  RunningNode node(folder_.path(), config_);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  node.stop();
  EXPECT_TRUE(get("/healthz").refused);
}

TEST_F(NodeTest, LiesUnderItsBasePath) {
  config_.base_path = "/wb";
  const RunningNode node(folder_.path(), config_);
  EXPECT_EQ(get("/healthz").status, 200);
  config_.base_path = "";
  EXPECT_EQ(get("/healthz").status, 404);
}

TEST_F(NodeTest, APortThatIsTakenEndsTheStartAndLeavesNothingRunning) {
  const RunningNode first(folder_.path(), config_);
  EXPECT_THROW(RunningNode(other_.path(), config_), std::runtime_error);
}

}  // namespace
}  // namespace watchbill::app
