#include "tests/support/redis_topologies.h"

#include <algorithm>

namespace watchbill::support {

namespace {

constexpr unsigned kSlots = 16384;

std::string to_text(std::size_t number) { return std::to_string(number); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

RedisSentinel::RedisSentinel()
    : master_({"--repl-diskless-sync-delay", "0"}),
      replica_({"--replicaof", "127.0.0.1 " + to_text(master_.port()), "--repl-diskless-sync-delay", "0"}) {
  wait_for("the replica follows", [this] { return replica_.info("master_link_status") == "up"; });
  const auto monitor = "sentinel monitor main 127.0.0.1 " + to_text(master_.port()) +
                       " 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n";
  sentinel_ = std::make_unique<RedisServer>(std::vector<std::string>{"--sentinel"}, monitor);
  wait_for("the sentinel knows the replica", [this] {
    return sentinel_->ask("SENTINEL", "replicas", "main").find("master-link-status\nok") != std::string::npos;
  });
}

std::string RedisSentinel::url(std::string_view rest) const {
  return "redis-sentinel://127.0.0.1:" + to_text(sentinel_->port()) + "/main" + std::string(rest);
}

std::uint16_t RedisSentinel::named_port() {
  const auto address = lines_of(sentinel_->ask("SENTINEL", "get-master-addr-by-name", "main"));
  return static_cast<std::uint16_t>(std::stoi(address.at(1)));
}

RedisCluster::RedisCluster(bool with_replicas) {
  for (std::size_t index = 0; index < (with_replicas ? 2 : 1) * kMasters; ++index) {
    nodes_.push_back(std::make_unique<RedisServer>(std::vector<std::string>{
        "--cluster-enabled", "yes", "--cluster-port", to_text(free_port()), "--cluster-node-timeout", "1000",
        "--repl-diskless-sync-delay", "0", "--cluster-replica-validity-factor", "0"}));
    ids_.push_back(node(index).ask("CLUSTER", "MYID"));
    node(index).ask("CLUSTER", "SET-CONFIG-EPOCH", to_text(index + 1));
  }
  for (std::size_t index = 0; index < kMasters; ++index)
    node(index).ask("CLUSTER", "ADDSLOTSRANGE", to_text((index * kSlots + kMasters - 1) / kMasters),
                    to_text(((index + 1) * kSlots + kMasters - 1) / kMasters - 1));
  for (std::size_t index = 1; index < size(); ++index)
    node(0).ask("CLUSTER", "MEET", "127.0.0.1", to_text(node(index).port()),
                node(index).ask("CONFIG", "GET", "cluster-port").substr(sizeof "cluster-port"));
  wait_until_all_agree();
  for (std::size_t index = kMasters; index < size(); ++index)
    node(index).ask("CLUSTER", "REPLICATE", id(index - kMasters));
  for (std::size_t index = kMasters; index < size(); ++index)
    wait_for("the replica follows", [&] { return node(index).info("master_link_status") == "up"; });
}

void RedisCluster::wait_until_all_agree() {
  for (std::size_t index = 0; index < size(); ++index)
    wait_for("the cluster agrees", [&] {
      const auto info = node(index).ask("CLUSTER", "INFO");
      return info.find("cluster_state:ok") != info.npos &&
             info.find("cluster_known_nodes:" + to_text(size()) + "\r") != info.npos &&
             node(index).ask("CLUSTER", "NODES").find("handshake") == std::string::npos;
    });
}

std::size_t RedisCluster::owner(unsigned slot) { return slot * kMasters / kSlots; }

std::string RedisCluster::url(std::string_view rest) const {
  std::string hosts;
  for (const auto& node : nodes_)
    hosts += (hosts.empty() ? "" : ",") + ("127.0.0.1:" + to_text(node->port()));
  return "redis-cluster://" + hosts + std::string(rest);
}

void RedisCluster::begin_migration(unsigned slot, std::size_t from, std::size_t to) {
  node(to).ask("CLUSTER", "SETSLOT", to_text(slot), "IMPORTING", id(from));
  node(from).ask("CLUSTER", "SETSLOT", to_text(slot), "MIGRATING", id(to));
}

bool RedisCluster::migrate_some(unsigned slot, std::size_t from, std::size_t to) {
  const auto keys = lines_of(node(from).ask("CLUSTER", "GETKEYSINSLOT", to_text(slot), "1"));
  for (const auto& key : keys)
    node(from).ask("MIGRATE", "127.0.0.1", to_text(node(to).port()), key, "0", "5000");
  return !keys.empty();
}

void RedisCluster::end_migration(unsigned slot, std::size_t to) {
  node(to).ask("CLUSTER", "SETSLOT", to_text(slot), "NODE", id(to));
  for (std::size_t index = 0; index < kMasters; ++index)
    if (index != to) node(index).ask("CLUSTER", "SETSLOT", to_text(slot), "NODE", id(to));
}

}  // namespace watchbill::support
