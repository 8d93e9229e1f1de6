#include "bullmq/flow_plan.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace watchbill::bullmq {
namespace {

using ::testing::ElementsAre;

FlowJob job(std::string name, std::vector<FlowJob> children = {}) {
  return {.name = std::move(name), .queue = "q", .children = std::move(children)};
}

FlowJob named(std::string id, std::vector<FlowJob> children = {}) {
  auto named = job(id, std::move(children));
  named.options.job_id = std::move(id);
  return named;
}

std::vector<FlowEntry> plan(std::vector<FlowJob> roots, const FlowDefaults& defaults = {}) {
  return plan_flows(roots, "bull", defaults);
}

TEST(FlowPlanTest, adds_roots_first_then_level_by_level) {
  const auto entries =
      plan({named("a", {named("b", {named("e")}), named("c")}), named("x", {named("d", {named("f")})})});
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.job.name);
  EXPECT_THAT(names, ElementsAre("a", "x", "b", "c", "d", "e", "f"));
  EXPECT_EQ(entries[0].first_child, 2u);
  EXPECT_EQ(entries[0].children, 2u);
  EXPECT_EQ(entries[4].first_child, 6u);
  EXPECT_EQ(entries[6].children, 0u);
  EXPECT_EQ(entries[5].job.options.parent, (Parent{.id = "b", .queue = "bull:q"}));
  EXPECT_TRUE(entries[2].link.waits_for_children);
  EXPECT_FALSE(entries[3].link.waits_for_children);
  EXPECT_TRUE(entries[3].link.defers_parent_release);
}

TEST(FlowPlanTest, gives_ids_by_which_children_name_their_parent) {
  const auto entries = plan({job("a", {job("b"), job("c")})});
  EXPECT_NE(entries[1].link.id, entries[2].link.id);
  EXPECT_EQ(entries[1].job.options.parent->id, entries[0].link.id);
  EXPECT_EQ(entries[0].job.options.job_id, "");
}

TEST(FlowPlanTest, releases_each_parent_once) {
  auto below = named("d");
  below.options.parent = Parent{.id = "outside", .queue = "p:other"};
  const auto entries = plan({named("a", {named("b", {named("e")}), named("c")}), below});
  EXPECT_THAT(parents_of(entries),
              ElementsAre(Parent{"outside", "p:other"}, Parent{"a", "bull:q"}, Parent{"b", "bull:q"}));
}

TEST(FlowPlanTest, takes_the_prefix_and_the_defaults_of_each_queue) {
  FlowJob child{.name = "child", .queue = "other", .options = {.priority = 1}, .prefix = "mine"};
  auto root = named("a", {child, job("plain")});
  JobOptions defaults{.attempts = 5, .priority = 7};
  const auto entries = plan({root}, {{"other", defaults}});
  EXPECT_EQ(entries[1].prefix, "mine");
  EXPECT_EQ(entries[1].job.options.attempts, 5);
  EXPECT_EQ(entries[1].job.options.priority, 1u);
  EXPECT_EQ(entries[2].prefix, "bull");
  EXPECT_EQ(entries[2].job.options.attempts, 0);
}

TEST(FlowPlanTest, refuses_what_could_never_be_right) {
  auto deduplicated = named("a", {job("b")});
  deduplicated.options.deduplication = Deduplication{.id = "x"};
  auto child = job("b");
  child.options.deduplication = Deduplication{.id = "x"};
  auto two_effects = job("b");
  two_effects.options.fail_parent_on_failure = true;
  two_effects.options.continue_parent_on_failure = true;
  auto nowhere = job("b");
  nowhere.queue = "";
  const FlowJob wrong[] = {deduplicated, named("a", {child}), named("a", {two_effects}),
                           named("a", {nowhere}), named("123")};
  for (const auto& flow : wrong) EXPECT_THROW(plan({flow}), std::invalid_argument);
  auto leaf = named("a");
  leaf.options.deduplication = Deduplication{.id = "x"};
  EXPECT_NO_THROW(plan({leaf}));
}

TEST(FlowPlanTest, reads_keys_of_nodes) {
  const auto key = parse_node_key("my:own:prefix:queue:id");
  EXPECT_EQ(key.prefix, "my:own:prefix");
  EXPECT_EQ(key.queue, "queue");
  EXPECT_EQ(key.id, "id");
  for (const char* broken : {"", ":", "a", "a:b", ":b"})
    EXPECT_EQ(parse_node_key(broken).queue, "") << broken;
}

}  // namespace
}  // namespace watchbill::bullmq
