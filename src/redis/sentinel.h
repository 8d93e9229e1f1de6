// Redis Sentinel: where the master is. https://redis.io/docs/latest/develop/reference/sentinel-clients/
#pragma once

#include "redis/inquiry.h"

namespace watchbill::redis {

// Reactor thread only.
class Sentinels {
 public:
  Sentinels(base::asio::any_io_executor executor, const base::Clock& clock, const Options& options);

  // Throws Error (unavailable) when no sentinel knows the master.
  base::Task<Endpoint> master();
  // For good: master() throws, also the one that is under way.
  void give_up() { inquiry_.give_up(); }

 private:
  const Options& options_;
  std::vector<Endpoint> endpoints_;  // who answered last is asked first
  Inquiry inquiry_;
};

// A sentinel may name a master that was demoted a moment ago. Throws Error (read_only) unless the server says
// itself that it is one.
base::Task<> require_master(Connection& connection, base::Monotonic deadline);

}  // namespace watchbill::redis
