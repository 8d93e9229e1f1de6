#include "bullmq/flow_plan.h"

#include <optional>
#include <set>
#include <stdexcept>

#include "base/id.h"
#include "bullmq/default_options.h"

namespace watchbill::bullmq {

namespace {

const std::string& id_of(const FlowEntry& entry) {
  return entry.job.options.job_id.empty() ? entry.link.id : entry.job.options.job_id;
}

FlowEntry entry_of(const FlowJob& node, const std::string& prefix, const FlowDefaults& defaults,
                   std::optional<Parent> parent) {
  const Keys keys(prefix, node.queue);
  FlowEntry entry{.prefix = prefix, .queue = node.queue};
  const auto found = defaults.find(node.queue);
  entry.job.name = node.name;
  entry.job.data = node.data.is_null() ? "{}" : to_text(node.data);
  entry.job.options = found == defaults.end() ? node.options : with_defaults(node.options, found->second);
  entry.job.options.parent = std::move(parent);
  validate(entry.job.options, node.name, entry.job.data.size());
  if (entry.job.options.deduplication && !node.children.empty())
    throw std::invalid_argument("deduplication cannot be used for a job of a flow that has children");
  entry.link = {
      .id = base::new_id(), .waits_for_children = !node.children.empty(), .defers_parent_release = true};
  return entry;
}

}  // namespace

std::vector<FlowEntry> plan_flows(std::span<const FlowJob> roots, const std::string& prefix,
                                  const FlowDefaults& defaults) {
  const auto prefix_of = [&prefix](const FlowJob& node) {
    return node.prefix.empty() ? prefix : node.prefix;
  };
  std::vector<const FlowJob*> nodes;
  std::vector<FlowEntry> entries;
  for (const auto& root : roots) {
    nodes.push_back(&root);
    entries.push_back(entry_of(root, prefix_of(root), defaults, root.options.parent));
  }
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const auto& node = *nodes[at];
    entries[at].first_child = entries.size();
    entries[at].children = node.children.size();
    const Parent parent{.id = id_of(entries[at]), .queue = entries[at].prefix + ":" + node.queue};
    for (const auto& child : node.children) {
      nodes.push_back(&child);
      entries.push_back(entry_of(child, prefix_of(child), defaults, parent));
    }
  }
  return entries;
}

std::vector<Parent> parents_of(std::span<const FlowEntry> entries) {
  std::vector<Parent> parents;
  std::set<std::string> keys;
  for (const auto& entry : entries) {
    const auto& parent = entry.job.options.parent;
    if (parent && keys.insert(parent->queue + ":" + parent->id).second) parents.push_back(*parent);
  }
  return parents;
}

NodeKey parse_node_key(std::string_view key) {
  const auto last = key.rfind(':');
  if (last == key.npos || last == 0) return {.prefix = std::string(key)};
  const auto before = key.rfind(':', last - 1);
  if (before == key.npos) return {.prefix = std::string(key.substr(0, last))};
  return {.prefix = std::string(key.substr(0, before)),
          .queue = std::string(key.substr(before + 1, last - before - 1)),
          .id = std::string(key.substr(last + 1))};
}

}  // namespace watchbill::bullmq
