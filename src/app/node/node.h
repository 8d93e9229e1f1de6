// One process with all that its role asks for. The only place where parts meet.
#pragma once

#include <memory>
#include <vector>

#include "app/config/config.h"
#include "app/node/front.h"
#include "app/node/heartbeat.h"
#include "app/node/role.h"
#include "base/service.h"
#include "base/task_group.h"
#include "domain/events.h"
#include "probe/probes.h"
#include "queue/bullmq_queue.h"
#include "queue/failover_queue.h"
#include "queue/in_process.h"
#include "runner/runner.h"
#include "store/async_store.h"

namespace watchbill::app {

// The owners in claims and leases of the node of this name.
std::string dispatcher_owner(const std::string& instance);
// Where a node runs rounds of its own and those from Redis, each by a name: what one of them started, the
// other did not.
std::vector<std::string> worker_owners(const std::string& instance);

struct NodeOptions {
  Role role = Role::all;
  Config config;
  std::string instance;                // Instance::name()
  std::size_t max_connections = 4096;  // of clients
  SetupLink* setup_link = nullptr;     // outlives the node
  const base::Clock* clock = nullptr;  // outlives the node
  // Addresses of this node itself, which monitors may reach (--demo).
  std::vector<std::string> own_addresses;
};

// Reactor thread only.
//
//              without Redis          with Redis
//   all        local_  here_ front_   local_ remote_ failover_  here_ worker_ front_
//   web        local_  here_ front_   local_ remote_ failover_  here_         front_
//   worker     –                             remote_                  worker_
class Node final : public base::Service {
 public:
  // `stores`: of one database that is migrated, and freed of what a dead node of this name held.
  Node(base::asio::any_io_executor executor, std::vector<std::unique_ptr<store::Store>> stores,
       const NodeOptions& options);
  ~Node() override;

  // When it returns, what the role has listens, ticks and takes. Throws std::runtime_error when it cannot
  // listen.
  base::Task<> start() override;
  // No claims any more, running rounds finish within the grace, answers under way are sent, everything that
  // this node still holds is released.
  base::Task<> stop() override;

  store::AsyncStore& store() { return store_; }
  queue::Queue& queue();                   // that claims go to, or come from
  Front* front() { return front_.get(); }  // none in a worker

 private:
  std::vector<base::Service*> services();
  std::unique_ptr<runner::Runner> make_runner(queue::Queue& queue, std::string owner);
  std::unique_ptr<Heartbeat> make_heartbeat();
  Heartbeat::Load load() const;
  queue::Administration& administration();
  base::Task<std::exception_ptr> stop_runners();  // what one of them threw
  base::Task<> stop_runner(runner::Runner& runner, std::exception_ptr& failure);
  void release_lost_claims();
  base::Task<> release_lost();
  base::Task<bool> try_to_release_lost();
  base::Task<> release_everything();

  base::asio::any_io_executor executor_;
  const Config config_;
  const Role role_;
  const std::string instance_;
  const base::Clock& clock_;
  store::AsyncStore store_;
  domain::EventBus events_;
  std::unique_ptr<queue::InProcessQueue> local_;
  std::unique_ptr<queue::BullmqQueue> remote_;
  std::unique_ptr<queue::FailoverQueue> failover_;
  probe::Probes probes_;
  std::unique_ptr<runner::Runner> here_;    // rounds from local_, and those that callers wait for
  std::unique_ptr<runner::Runner> worker_;  // rounds from remote_
  std::unique_ptr<Front> front_;
  std::unique_ptr<Heartbeat> heartbeat_;
  bool release_wanted_ = false;  // of claims without a job
  bool releasing_ = false;
  base::Event stop_asked_;
  base::TaskGroup tasks_;
  bool started_ = false;
};

}  // namespace watchbill::app
