// Flows and schedulers on Redis Cluster: all keys of theirs in one slot, by a hash tag in the prefix.
#include <gtest/gtest.h>

#include "bullmq/flow_producer.h"
#include "bullmq/job_scheduler.h"
#include "bullmq/worker.h"
#include "tests/support/reactor.h"
#include "tests/support/redis_topologies.h"

namespace watchbill::bullmq {
namespace {

TEST(BullmqClusterTest, flows_and_schedulers_run_with_a_hash_tag_as_prefix) {
  support::RedisCluster cluster;
  support::Reactor reactor;
  const base::SystemClock clock;
  const auto server = redis::parse_url(cluster.url());
  std::vector<std::string> order;
  const auto note = [&order](Job& job) -> base::Task<Json> {
    order.push_back(job.name());
    co_return job.name();
  };
  FlowProducer flows(reactor.executor(), clock, server, "{bull}");
  Worker top(reactor.executor(), clock, server, "top", note, {.prefix = "{bull}"});
  Worker below(reactor.executor(), clock, server, "below", note, {.prefix = "{bull}"});
  reactor.run(flows.start());
  const auto tree = reactor.run(
      flows.add({.name = "parent",
                 .queue = "top",
                 .children = {{.name = "child", .queue = "below"}, {.name = "child", .queue = "below"}}}));
  reactor.run(top.start());
  reactor.run(below.start());
  reactor.run_until([&order] { return order.size() == 3; });
  EXPECT_EQ(order.back(), "parent");
  EXPECT_EQ(reactor.run(flows.get_flow({.id = tree.job.id(), .queue = "top"}))->children.size(), 2u);

  JobSchedulers schedulers(top.backend());
  reactor.run(schedulers.upsert("s", {.every = base::Millis(20), .limit = 3}, {.name = "tick"}));
  reactor.run_until([&order] { return order.size() == 6; });
  EXPECT_EQ(reactor.run(schedulers.list()).size(), 1u);
  reactor.run(below.stop());
  reactor.run(top.stop());
  reactor.run(flows.stop());
}

}  // namespace
}  // namespace watchbill::bullmq
