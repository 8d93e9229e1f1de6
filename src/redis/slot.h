// Which of a cluster's 16384 slots a key belongs to, and who serves which slots.
// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/options.h"
#include "redis/reply.h"

namespace watchbill::redis {

constexpr std::uint16_t kSlots = 16384;

// Of the part between the first "{" and the next "}" if there is one and it is not empty, else of all.
std::uint16_t slot_of(std::string_view key);

// `first` to `last` are served by `master`.
struct SlotRange {
  std::uint16_t first;
  std::uint16_t last;
  Endpoint master;
};

struct SlotTable {
  std::vector<SlotRange> ranges;
  std::vector<Endpoint> nodes;  // all that were named, replicas too
};

// What CLUSTER SLOTS answers. A node that does not know its own address is at `asked`. Ranges that make no
// sense are left out.
SlotTable slot_table_of(Value answer, const Endpoint& asked);

// Where "MOVED 3999 127.0.0.1:6381" or "ASK ..." points to, asked of the node at `asked`.
struct Redirection {
  std::uint16_t slot;
  Endpoint to;
};
std::optional<Redirection> redirection_of(std::string_view error, const Endpoint& asked);

}  // namespace watchbill::redis
