// Redis Sentinel: where the master is. https://redis.io/docs/latest/develop/reference/sentinel-clients/
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "redis/connection.h"
#include "redis/options.h"

namespace watchbill::redis {

// Asks one sentinel after the other until one knows the master. Throws Error (unavailable) when none does.
base::Task<Endpoint> ask_sentinels(base::asio::any_io_executor executor, const base::Clock& clock,
                                   const Options& options);

// A sentinel may name a master that was demoted a moment ago. Throws Error (read_only) unless the server says
// itself that it is one.
base::Task<> require_master(Connection& connection, base::Monotonic deadline);

}  // namespace watchbill::redis
