// One process with everything in it: what `watchbill up` starts. The only place where parts meet.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "api/api.h"
#include "app/config/config.h"
#include "app/node/heard_dispatching.h"
#include "app/node/retention.h"
#include "app/node/setup_link.h"
#include "base/service.h"
#include "dispatch/dispatcher.h"
#include "dispatch/ticker.h"
#include "domain/events.h"
#include "http/assets.h"
#include "http/server.h"
#include "probe/probes.h"
#include "queue/in_process.h"
#include "runner/runner.h"
#include "store/async_store.h"

namespace watchbill::app {

// The owners in claims and leases of the node of this name.
std::string dispatcher_owner(const std::string& instance);
std::string worker_owner(const std::string& instance);

struct NodeOptions {
  Config config;
  std::string instance;                // Instance::name()
  std::size_t max_connections = 4096;  // of clients
  SetupLink* setup_link = nullptr;     // outlives the node
  const base::Clock* clock = nullptr;  // outlives the node
  // Addresses of this node itself, which monitors may reach (--demo).
  std::vector<std::string> own_addresses;
};

// Reactor thread only.
class Node final : public base::Service {
 public:
  // `stores`: of one database that is migrated, and freed of what a dead node of this name held.
  Node(base::asio::any_io_executor executor, std::vector<std::unique_ptr<store::Store>> stores,
       const NodeOptions& options);

  // When it returns, the server listens and the ticker ticks. Throws std::runtime_error when it cannot
  // listen.
  base::Task<> start() override;
  // No claims any more, running rounds finish within the grace, answers under way are sent, everything that
  // this node still holds is released.
  base::Task<> stop() override;

  store::AsyncStore& store() { return store_; }
  domain::Dispatching& dispatching() { return dispatcher_; }

 private:
  using Services = std::array<base::Service*, 6>;

  base::Task<> release_everything();

  const Config config_;
  const std::string instance_;
  const base::Clock& clock_;
  store::AsyncStore store_;
  domain::EventBus events_;
  base::Event due_earlier_;
  queue::InProcessQueue queue_;
  probe::Probes probes_;
  runner::Runner runner_;
  dispatch::Dispatcher dispatcher_;
  dispatch::Ticker ticker_;
  HeardDispatching heard_dispatching_;
  http::Assets assets_;
  api::Api api_;
  http::Server server_;
  Retention retention_;
  bool started_ = false;
};

}  // namespace watchbill::app
