// The servers that the other tests rely on.
#include <gtest/gtest.h>

#include "tests/support/redis_server.h"

namespace watchbill::redis {
namespace {

TEST(RedisServerTest, starts_answers_and_comes_back_on_its_port) {
  support::RedisServer server({"--requirepass", "secret"});
  server.ask("SET", "a", "1");
  const auto port = server.port();
  server.kill();
  EXPECT_THROW(server.ask("GET", "a"), std::runtime_error);
  server.start();
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(server.info("tcp_port"), std::to_string(port));
  EXPECT_EQ(server.ask("GET", "a"), "");
  EXPECT_EQ(server.ask("TIME").find('\n'), 10u);
}

}  // namespace
}  // namespace watchbill::redis
