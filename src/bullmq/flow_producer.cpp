#include "bullmq/flow_producer.h"

#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include "bullmq/messages.h"
#include "redis/transaction.h"

namespace watchbill::bullmq {

namespace {

// One of each queue, shared by the jobs of a flow.
class Backends {
 public:
  Backends(redis::Client& client, const base::Clock& clock) : client_(client), clock_(clock) {}

  const std::shared_ptr<Backend>& of(const std::string& prefix, const std::string& queue) {
    auto& backend = known_[{prefix, queue}];
    if (!backend) backend = std::make_shared<Backend>(client_, clock_, prefix, queue);
    return backend;
  }

 private:
  redis::Client& client_;
  const base::Clock& clock_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Backend>> known_;
};

// The tree of what was added. `results` are the replies in the order of the entries.
class Added {
 public:
  Added(std::vector<FlowEntry> entries, const redis::Reply& reply, base::Timestamp now, Backends& backends)
      : entries_(std::move(entries)), results_(reply.value()), now_(now), backends_(backends) {}

  JobNode node(std::size_t at) {
    auto& entry = entries_[at];
    JobNode node{.job = Job(backends_.of(entry.prefix, entry.queue), record(entry))};
    const auto result = results_[at];
    if (result.is_integer() && result.integer() < 0)
      node.refusal = static_cast<Refusal>(result.integer());
    else if (!result.text().empty())
      node.job.record().id = result.text();  // of the job that is there already, when it is deduplicated
    for (std::size_t child = 0; child < entry.children; ++child)
      node.children.push_back(this->node(entry.first_child + child));
    return node;
  }

 private:
  JobRecord record(FlowEntry& entry) const {
    auto& options = entry.job.options;
    JobRecord record;
    record.id = options.job_id.empty() ? entry.link.id : options.job_id;
    record.name = std::move(entry.job.name);
    record.data = std::move(entry.job.data);
    record.timestamp = options.timestamp.value_or(now_);
    record.delay = options.delay.value_or(base::Millis(0));
    record.priority = options.priority;
    if (options.parent) record.parent_key = options.parent->queue + ":" + options.parent->id;
    record.options = std::make_shared<const JobOptions>(std::move(options));
    return record;
  }

  std::vector<FlowEntry> entries_;
  const redis::Value results_;
  const base::Timestamp now_;
  Backends& backends_;
};

// A job of a flow as it was found, and where its children are.
struct Found {
  std::optional<Job> job;
  std::vector<NodeKey> child_keys{};
  std::size_t first_child = 0;
  std::size_t children = 0;
};

constexpr std::size_t kQuestions = 5;

void ask_for(std::vector<redis::Command>& commands, const std::string& key, std::int64_t max_children) {
  commands.emplace_back("HGETALL", key);
  commands.emplace_back("HSCAN", key + ":processed", 0, "COUNT", max_children);
  commands.emplace_back("SSCAN", key + ":dependencies", 0, "COUNT", max_children);
  commands.emplace_back("ZRANGE", key + ":unsuccessful", 0, max_children - 1);
  commands.emplace_back("HSCAN", key + ":failed", 0, "COUNT", max_children);
}

void add_keys(std::vector<NodeKey>& to, redis::Value keys, std::size_t step) {
  for (std::size_t at = 0; at < keys.size(); at += step) {
    auto key = parse_node_key(keys[at].text());
    if (!key.queue.empty() && !key.id.empty()) to.push_back(std::move(key));
  }
}

Found found_job(const NodeKey& key, const redis::Reply* replies, Backends& backends) {
  for (std::size_t at = 0; at < kQuestions; ++at) {
    const auto reply = replies[at].value();
    if (reply.is_error())
      throw redis::Error(redis::kind_of_reply(reply.text()), "reading a flow: " + std::string(reply.text()));
  }
  const auto& backend = backends.of(key.prefix, key.queue);
  auto record = decode_record(key.id, replies[0].value(), backend->options_cache);
  Found found;
  if (record->is_ghost) return found;
  found.job.emplace(backend, std::move(record));
  add_keys(found.child_keys, replies[1].value()[1], 2);
  add_keys(found.child_keys, replies[2].value()[1], 1);
  add_keys(found.child_keys, replies[3].value(), 1);
  add_keys(found.child_keys, replies[4].value()[1], 2);
  return found;
}

// One level of a tree.
base::Task<std::vector<Found>> find_jobs(redis::Client& client, Backends& backends,
                                         const std::vector<NodeKey>& keys, std::int64_t max_children) {
  std::vector<redis::Command> commands;
  for (const auto& key : keys)
    ask_for(commands, backends.of(key.prefix, key.queue)->keys.job(key.id), max_children);
  const auto replies = co_await client.call_together(commands);
  std::vector<Found> level;
  for (std::size_t at = 0; at < keys.size(); ++at)
    level.push_back(found_job(keys[at], &replies[at * kQuestions], backends));
  co_return level;
}

std::optional<JobNode> tree_of(std::vector<Found>& found, std::size_t at) {
  if (!found[at].job) return std::nullopt;
  JobNode node{.job = std::move(*found[at].job)};
  for (std::size_t child = 0; child < found[at].children; ++child)
    if (auto tree = tree_of(found, found[at].first_child + child)) node.children.push_back(std::move(*tree));
  return node;
}

}  // namespace

FlowProducer::FlowProducer(base::asio::any_io_executor executor, const base::Clock& clock,
                           redis::Options server, std::string prefix)
    : clock_(clock),
      prefix_(std::move(prefix)),
      client_(redis::make_client(std::move(executor), clock, std::move(server))) {}

FlowProducer::~FlowProducer() = default;

base::Task<> FlowProducer::start() { return client_->start(); }

base::Task<> FlowProducer::stop() { return client_->stop(); }

base::Task<JobNode> FlowProducer::add(FlowJob flow, FlowDefaults defaults) {
  std::vector<FlowJob> flows;
  flows.push_back(std::move(flow));
  auto nodes = co_await add_bulk(std::move(flows), std::move(defaults));
  auto& root = nodes.front();
  if (root.refusal) throw Refused(*root.refusal, root.job.id(), "adding a flow");
  co_return std::move(root);
}

base::Task<std::vector<JobNode>> FlowProducer::add_bulk(std::vector<FlowJob> flows, FlowDefaults defaults) {
  auto entries = plan_flows(flows, prefix_, defaults);
  const auto now = clock_.now();
  std::vector<redis::Command> commands;
  PackedOptions packed;
  Backends backends(*client_, clock_);
  for (const auto& entry : entries)
    commands.push_back(
        add_job(backends.of(entry.prefix, entry.queue)->keys, entry.job, now, packed, entry.link));
  for (const auto& parent : parents_of(entries)) commands.push_back(release_parent(parent, now));
  const auto deadline = client_->within(client_->options().command_timeout);
  const auto reply = co_await redis::call_transaction(*client_, std::move(commands), deadline);
  Added added(std::move(entries), reply, now, backends);
  std::vector<JobNode> roots;
  for (std::size_t at = 0; at < flows.size(); ++at) roots.push_back(added.node(at));
  co_return roots;
}

base::Task<std::optional<JobNode>> FlowProducer::get_flow(FlowQuery query) {
  if (query.depth < 1 || query.max_children < 1)
    throw std::invalid_argument("a flow is read with a depth and a number of children of at least 1");
  if (query.prefix.empty()) query.prefix = prefix_;
  Backends backends(*client_, clock_);
  std::vector<Found> found;
  std::vector<NodeKey> keys;
  keys.push_back({query.prefix, query.queue, query.id});
  for (int level = 1; !keys.empty(); ++level) {
    auto jobs = co_await find_jobs(*client_, backends, keys, query.max_children);
    keys.clear();
    const auto next_level = found.size() + jobs.size();
    for (auto& job : jobs) {
      if (level < query.depth) {
        job.first_child = next_level + keys.size();
        job.children = job.child_keys.size();
        std::move(job.child_keys.begin(), job.child_keys.end(), std::back_inserter(keys));
      }
      found.push_back(std::move(job));
    }
  }
  co_return tree_of(found, 0);
}

}  // namespace watchbill::bullmq
