// A tree of jobs in the order in which they are added: no I/O.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bullmq/messages.h"

namespace watchbill::bullmq {

// A job and those that must have finished before it may run.
struct FlowJob {
  std::string name;
  std::string queue;
  Json data = Json::object();
  // `parent`: only of the root, to hang the flow below a job that is there already.
  JobOptions options{};
  std::string prefix{};  // empty: the producer's
  std::vector<FlowJob> children{};
};

struct FlowEntry {
  NewJob job;  // its parent is in the options
  FlowLink link;
  std::string prefix;
  std::string queue;
  // Where the entries of the children are.
  std::size_t first_child = 0;
  std::size_t children = 0;
};

// By the name of the queue: what a job's own options leave unset.
using FlowDefaults = std::map<std::string, JobOptions>;

// Roots first, then level by level: a parent before its children. Throws std::invalid_argument, as for single
// jobs, and for a deduplicated job with children: its id could turn out to be another's.
std::vector<FlowEntry> plan_flows(std::span<const FlowJob> roots, const std::string& prefix,
                                  const FlowDefaults& defaults);

// Each parent that an entry has, once: after all entries are in, those without pending children are released.
std::vector<Parent> parents_of(std::span<const FlowEntry> entries);

// "<prefix>:<queue>:<id>"; the prefix may contain ":".
struct NodeKey {
  std::string prefix;
  std::string queue;
  std::string id;
};
NodeKey parse_node_key(std::string_view key);

}  // namespace watchbill::bullmq
