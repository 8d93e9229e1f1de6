#include "redis/client.h"

#include "redis/cluster_client.h"
#include "redis/single_client.h"

namespace watchbill::redis {

std::unique_ptr<Client> make_client(base::asio::any_io_executor executor, const base::Clock& clock,
                                    Options options) {
  if (options.topology == Topology::cluster)
    return std::make_unique<ClusterClient>(std::move(executor), clock, std::move(options));
  return std::make_unique<SingleClient>(std::move(executor), clock, std::move(options));
}

}  // namespace watchbill::redis
