#include "bullmq/flow_producer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "bullmq/testing/queue_fixture.h"

namespace watchbill::bullmq {
namespace {

using base::Millis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FlowJob node(const std::string& id, const std::string& queue, std::vector<FlowJob> children = {}) {
  FlowJob node{.name = id, .queue = queue, .children = std::move(children)};
  node.options.job_id = id;
  return node;
}

class FlowProducerTest : public testing::QueueFixture {
 protected:
  void SetUp() override { reactor_.run(flows_.start()); }
  void TearDown() override {
    QueueFixture::TearDown();
    reactor_.run(flows_.stop());
  }
  JobNode add(FlowJob flow, FlowDefaults defaults = {}) {
    return reactor_.run(flows_.add(std::move(flow), std::move(defaults)));
  }
  // "a(b,c(d))", children sorted.
  static std::string shape(const JobNode& node) {
    std::set<std::string> children;
    for (const auto& child : node.children) children.insert(shape(child));
    std::string text;
    for (const auto& child : children) text += (text.empty() ? "" : ",") + child;
    return node.job.id() + (text.empty() ? "" : "(" + text + ")");
  }
  std::string score(const std::string& set, const std::string& id) { return server_.ask("ZSCORE", set, id); }
  Worker::Processor returns_its_id() {
    return [this](Job& job) -> base::Task<Json> {
      order_.push_back(job.id());
      co_return job.id();
    };
  }

  FlowProducer flows_{reactor_.executor(), clock_, server()};
  std::vector<std::string> order_;
};

// As bullmq 6.7.0 writes them for the same flow.
TEST_F(FlowProducerTest, writes_what_node_writes) {
  auto child = node("c", "n3");
  child.options.fail_parent_on_failure = true;
  child.options.timestamp = base::from_epoch_ms(1700000000000);
  auto root = node("r", "n2", {child});
  root.data = {{"r", 1}};
  root.options.priority = 3;
  root.options.timestamp = base::from_epoch_ms(1700000000000);
  add(root, {{"n3", {.attempts = 4}}});
  EXPECT_EQ(hash("bull:n2:r"),
            "data={\"r\":1}\ndelay=0\nname=r\n"
            "opts={\"jobId\":\"r\",\"timestamp\":1700000000000,\"priority\":3,\"attempts\":0}\n"
            "priority=3\ntimestamp=1700000000000\n");
  EXPECT_THAT(
      hash("bull:n3:c"),
      HasSubstr("parent={\"id\":\"r\",\"queueKey\":\"bull:n2\",\"fpof\":true}\nparentKey=bull:n2:r\n"));
  const auto options = decode_options(server_.ask("HGET", "bull:n3:c", "opts"));
  EXPECT_EQ(options.parent, (Parent{.id = "r", .queue = "bull:n2"}));
  EXPECT_EQ(options.attempts, 4);
  EXPECT_EQ(score("bull:n2:waiting-children", "r"), "1700000000000");
  EXPECT_EQ(server_.ask("SMEMBERS", "bull:n2:r:dependencies"), "bull:n3:c");
  EXPECT_EQ(server_.ask("LRANGE", "bull:n3:wait", "0", "-1"), "c");
}

TEST_F(FlowProducerTest, a_parent_runs_after_all_its_children) {
  auto other_prefix = node("d", "below");
  other_prefix.prefix = "mine";
  add(node("a", "top", {node("b", "below", {node("e", "below")}), node("c", "below"), other_prefix}));
  work("top", returns_its_id());
  work("below", returns_its_id(), {.concurrency = 2});
  work("below", returns_its_id(), {.prefix = "mine"});
  wait_for_completed(5);
  const auto place = [this](const char* id) { return std::ranges::find(order_, id) - order_.begin(); };
  EXPECT_EQ(order_.back(), "a");
  EXPECT_LT(place("e"), place("b"));
  EXPECT_EQ(hash("bull:top:a:processed"), "bull:below:b=\"b\"\nbull:below:c=\"c\"\nmine:below:d=\"d\"\n");
}

TEST_F(FlowProducerTest, tells_what_it_added) {
  const auto tree = add({.name = "root", .queue = "q", .children = {{.name = "x", .queue = "q", .data = 5}}});
  ASSERT_EQ(tree.children.size(), 1u);
  const auto& child = tree.children[0].job;
  EXPECT_EQ(child.name(), "x");
  EXPECT_EQ(child.data(), 5);
  EXPECT_EQ(server_.ask("HGET", "bull:q:" + child.id(), "parentKey"), "bull:q:" + tree.job.id());
  EXPECT_EQ(child.record().parent_key, "bull:q:" + tree.job.id());
  EXPECT_FALSE(tree.refusal);
}

TEST_F(FlowProducerTest, hangs_a_flow_below_a_job_that_is_there) {
  add(node("a", "q", {node("b", "q")}));
  auto more = node("c", "q", {node("d", "q")});
  more.options.parent = Parent{.id = "a", .queue = "bull:q"};
  add(more);
  EXPECT_EQ(server_.ask("SCARD", "bull:q:a:dependencies"), "2");
  work("q", returns_its_id());
  wait_for_completed(4);
  EXPECT_EQ(order_.back(), "a");
}

TEST_F(FlowProducerTest, refuses_a_parent_that_is_not_there) {
  auto lost = node("b", "q");
  lost.options.parent = Parent{.id = "nobody", .queue = "bull:q"};
  try {
    add(lost);
    ADD_FAILURE();
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.code(), Refusal::missing_parent);
  }
  EXPECT_EQ(server_.ask("EXISTS", "bull:q:b"), "0");
}

TEST_F(FlowProducerTest, a_child_of_another_stays_there_and_is_told) {
  add(node("a", "q", {node("b", "q")}));
  const auto tree = add(node("x", "q", {node("b", "q")}));
  EXPECT_FALSE(tree.refusal);
  EXPECT_EQ(tree.children[0].refusal, Refusal::parent_cannot_be_replaced);
  EXPECT_EQ(server_.ask("HGET", "bull:q:b", "parentKey"), "bull:q:a");
}

TEST_F(FlowProducerTest, children_that_have_finished_before_release_the_parent_at_once) {
  work("below", returns_its_id());
  add(node("b", "below"));
  wait_for_completed(1);
  add(node("a", "top", {node("b", "below")}));
  EXPECT_EQ(server_.ask("LRANGE", "bull:top:wait", "0", "-1"), "a");
  EXPECT_EQ(hash("bull:top:a:processed"), "bull:below:b=\"b\"\n");
}

TEST_F(FlowProducerTest, adds_many_trees) {
  const auto trees = reactor_.run(flows_.add_bulk({node("a", "q", {node("b", "q")}), node("c", "r")}));
  ASSERT_EQ(trees.size(), 2u);
  EXPECT_EQ(shape(trees[0]), "a(b)");
  EXPECT_EQ(shape(trees[1]), "c");
  EXPECT_THAT(reactor_.run(flows_.add_bulk({})), IsEmpty());
}

TEST_F(FlowProducerTest, reads_a_tree_as_deep_and_wide_as_asked) {
  auto b = node("b", "below", {node("e", "below", {node("f", "q")})});
  add(node("a", "q", {b, node("c", "below", {node("g", "q"), node("h", "below")})}));
  const auto read = [this](FlowQuery query) {
    const auto tree = reactor_.run(flows_.get_flow(std::move(query)));
    return tree ? shape(*tree) : "nothing";
  };
  EXPECT_EQ(read({.id = "a", .queue = "q"}), "a(b(e(f)),c(g,h))");
  EXPECT_EQ(read({.id = "a", .queue = "q", .depth = 3}), "a(b(e),c(g,h))");
  EXPECT_EQ(read({.id = "a", .queue = "q", .depth = 1}), "a");
  EXPECT_EQ(read({.id = "e", .queue = "below"}), "e(f)");
  EXPECT_EQ(read({.id = "nobody", .queue = "q"}), "nothing");
  EXPECT_THROW(read({.id = "a", .queue = "q", .depth = 0}), std::invalid_argument);
  work("q", returns_its_id());
  wait_for_completed(2);
  EXPECT_EQ(read({.id = "a", .queue = "q"}), "a(b(e(f)),c(g,h))") << "finished and pending children";
  server_.ask("DEL", "bull:q:g");
  EXPECT_EQ(read({.id = "a", .queue = "q"}), "a(b(e(f)),c(h))") << "without what was removed";
}

TEST_F(FlowProducerTest, adds_nothing_when_the_server_takes_nothing) {
  server_.ask("CONFIG", "SET", "maxmemory", "1");
  EXPECT_THROW(add(node("a", "q", {node("b", "q")})), redis::Error);
  server_.ask("CONFIG", "SET", "maxmemory", "0");
  EXPECT_EQ(server_.ask("KEYS", "bull:q:?"), "");
  add(node("a", "q", {node("b", "q")}));
  EXPECT_EQ(server_.ask("SCARD", "bull:q:a:dependencies"), "1");
}

TEST_F(FlowProducerTest, adds_the_whole_flow_when_the_server_has_forgotten_the_scripts) {
  add(node("a", "q", {node("b", "q")}));
  server_.ask("SCRIPT", "FLUSH");
  add(node("c", "q", {node("d", "q", {node("e", "q")})}));
  EXPECT_EQ(shape(*reactor_.run(flows_.get_flow({.id = "c", .queue = "q"}))), "c(d(e))");
  EXPECT_EQ(server_.ask("LRANGE", "bull:q:wait", "0", "-1"), "e\nb");
  EXPECT_NE(score("bull:q:waiting-children", "c"), "");
  server_.stop();
  server_.start();
  add(node("f", "q", {node("g", "q")}));
  EXPECT_EQ(server_.ask("LRANGE", "bull:q:wait", "0", "-1"), "g");
}

struct Effect {
  const char* name;
  bool JobOptions::*option;
  bool parent_runs;
  const char* parent_fails_with;
  const char* ignored;  // hash of failures that the parent can look at
};

void PrintTo(const Effect& effect, std::ostream* out) { *out << effect.name; }

class ChildFailureTest : public FlowProducerTest, public ::testing::WithParamInterface<Effect> {};

TEST_P(ChildFailureTest, has_its_effect_on_the_parent) {
  const auto& effect = GetParam();
  auto bad = node("bad", "below");
  if (effect.option) bad.options.*effect.option = true;
  add(node("a", "top", {bad, node("good", "below")}));
  work("below", [](Job& job) -> base::Task<Json> {
    if (job.id() == "bad") throw std::runtime_error("broken");
    co_return 1;
  });
  work("top", returns_its_id());
  reactor_.run_until([this] { return completed_.size() >= 1 && failed_.contains("bad"); });
  if (effect.parent_runs) wait_for_completed(2);
  if (effect.parent_fails_with) reactor_.run_until([this] { return failed_.contains("a"); });
  EXPECT_EQ(order_.size(), effect.parent_runs ? 1u : 0u);
  if (effect.parent_fails_with) {
    EXPECT_EQ(failed_["a"], effect.parent_fails_with);
  }
  EXPECT_EQ(hash("bull:top:a:failed"), effect.ignored);
  if (!effect.parent_runs && !effect.parent_fails_with) {
    EXPECT_NE(score("bull:top:waiting-children", "a"), "");
    EXPECT_EQ(server_.ask("SMEMBERS", "bull:top:a:dependencies"), "bull:below:bad");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Options, ChildFailureTest,
    ::testing::Values(
        Effect{"none", nullptr, false, nullptr, ""},
        Effect{"fail_parent", &JobOptions::fail_parent_on_failure, false, "child bull:below:bad failed", ""},
        Effect{"continue_parent", &JobOptions::continue_parent_on_failure, true, nullptr,
               "bull:below:bad=broken\n"},
        Effect{"ignore_dependency", &JobOptions::ignore_dependency_on_failure, true, nullptr,
               "bull:below:bad=broken\n"},
        Effect{"remove_dependency", &JobOptions::remove_dependency_on_failure, true, nullptr, ""}),
    [](const auto& info) { return info.param.name; });

TEST_F(FlowProducerTest, continue_parent_does_not_wait_for_the_other_children) {
  auto bad = node("bad", "below");
  bad.options.continue_parent_on_failure = true;
  auto later = node("later", "below");
  later.options.delay = Millis(3600000);
  add(node("a", "top", {bad, later}));
  work("below", [](Job&) -> base::Task<Json> {
    throw std::runtime_error("broken");
    co_return nullptr;
  });
  work("top", returns_its_id());
  reactor_.run_until([this] { return failed_.contains("a"); });
  EXPECT_THAT(order_, ElementsAre("a"));
  EXPECT_THAT(failed_["a"], HasSubstr("it has children that are not finished"));
  EXPECT_EQ(server_.ask("LLEN", "bull:top:active"), "0");
}

}  // namespace
}  // namespace watchbill::bullmq
