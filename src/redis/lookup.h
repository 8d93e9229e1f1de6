// From a host's name to its addresses.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "base/task.h"
#include "redis/options.h"

namespace watchbill::redis {

// Reactor thread only. The system's lookup cannot be interrupted and may take half a minute: after give_up()
// it is left to itself, and its answer finds nobody.
class Lookup {
 public:
  using Addresses = base::asio::ip::tcp::resolver::results_type;

  explicit Lookup(base::asio::any_io_executor executor);

  // Throws boost::system::system_error. An address is its own result, without a lookup.
  base::Task<Addresses> find(Endpoint endpoint);
  // find() throws operation_aborted.
  void give_up();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace watchbill::redis
