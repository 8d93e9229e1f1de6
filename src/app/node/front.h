// What calls and pages meet: the server with its API, the dispatcher and its ticker.
#pragma once

#include <string>
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
#include "queue/administration.h"
#include "queue/queue.h"
#include "runner/runner.h"
#include "store/async_store.h"

namespace watchbill::app {

struct FrontOptions {
  Config config;
  std::string owner;                     // of claims
  std::vector<std::string> own_workers;  // see api::Options
  std::size_t max_connections = 4096;    // of clients
  SetupLink* setup_link = nullptr;       // outlives it
};

// Reactor thread only.
class Front final : public base::Service {
 public:
  // What it is made over; all of it outlives it.
  struct Parts {
    store::AsyncStore& store;
    queue::Queue& queue;                    // that claims go to
    queue::Administration& administration;  // of the queue that operators look after
    domain::EventBus& events;
    probe::Probes& probes;
    runner::Runner& runner;  // of rounds that callers wait for
    const base::Clock& clock;
  };

  Front(base::asio::any_io_executor executor, const Parts& parts, const FrontOptions& options);

  // When it returns, the server listens and the ticker ticks. Throws std::runtime_error when it cannot
  // listen.
  base::Task<> start() override;
  // No claims any more; running rounds go on. The server answers until stop().
  base::Task<> stop_dispatching();
  base::Task<> stop() override;

  dispatch::Dispatcher& dispatcher() { return dispatcher_; }

 private:
  base::Event due_earlier_;
  dispatch::Dispatcher dispatcher_;
  dispatch::Ticker ticker_;
  HeardDispatching heard_dispatching_;
  http::Assets assets_;
  api::Api api_;
  http::Server server_;
  Retention retention_;
};

}  // namespace watchbill::app
