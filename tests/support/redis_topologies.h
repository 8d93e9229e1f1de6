// Redis servers that belong together: Sentinel, Cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/redis_server.h"

namespace watchbill::support {

// A master, a replica, and one Sentinel that alone decides. Fails over half a second after the master is
// gone.
class RedisSentinel {
 public:
  RedisSentinel();

  RedisServer& master() { return master_; }
  RedisServer& replica() { return replica_; }
  RedisServer& sentinel() { return *sentinel_; }
  std::string url(std::string_view rest = {}) const;
  // The master's port as Sentinel has it.
  std::uint16_t named_port();

 private:
  RedisServer master_;
  RedisServer replica_;
  std::unique_ptr<RedisServer> sentinel_;
};

// `masters` masters, each with a third of the slots, and as many replicas if `with_replicas`.
class RedisCluster {
 public:
  explicit RedisCluster(bool with_replicas = false);

  static constexpr std::size_t kMasters = 3;
  // Masters first; node(kMasters + i) is the replica of node(i).
  RedisServer& node(std::size_t index) { return *nodes_[index]; }
  const std::string& id(std::size_t index) const { return ids_[index]; }
  std::size_t size() const { return nodes_.size(); }
  // The master that had `slot` at first.
  static std::size_t owner(unsigned slot);
  std::string url(std::string_view rest = {}) const;

  // Moves `slot` with all its keys from one master to another, as redis-cli does it: first announces it, then
  // moves `keys_at_once` keys after the other, calling `between` after each, then hands the slot over.
  template <class Between>
  void migrate(unsigned slot, std::size_t from, std::size_t to, Between between) {
    begin_migration(slot, from, to);
    while (migrate_some(slot, from, to)) between();
    end_migration(slot, to);
  }
  void begin_migration(unsigned slot, std::size_t from, std::size_t to);
  // False when no key is left.
  bool migrate_some(unsigned slot, std::size_t from, std::size_t to);
  void end_migration(unsigned slot, std::size_t to);

 private:
  void wait_until_all_agree();

  std::vector<std::unique_ptr<RedisServer>> nodes_;
  std::vector<std::string> ids_;
};

}  // namespace watchbill::support
