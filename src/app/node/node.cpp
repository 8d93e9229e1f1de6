#include "app/node/node.h"

#include "app/commands/version.h"
#include "app/node/instance.h"
#include "app/node/probe_options.h"
#include "base/log.h"

namespace watchbill::app {

using base::Task;

namespace {

probe::ProbeOptions probe_options_with(const Config& config, const std::vector<std::string>& own_addresses) {
  auto options = probe_options(config);
  for (const auto& address : own_addresses) {
    if (const auto range = probe::AddressRange::parse(address)) options.allowed.push_back(*range);
  }
  return options;
}

queue::BullmqQueueOptions remote_options(const Config& config, const std::string& instance) {
  queue::BullmqQueueOptions options;
  options.server = redis::parse_url(config.redis_url);
  options.worker_name = instance;
  options.concurrency = config.worker_concurrency;
  options.lock_duration = config.worker_lock_ttl;
  return options;
}

}  // namespace

std::string dispatcher_owner(const std::string& instance) { return "dispatcher-" + instance; }
std::vector<std::string> worker_owners(const std::string& instance) {
  return {"worker-" + instance, "worker-" + instance + "-queue"};
}

Node::Node(base::asio::any_io_executor executor, std::vector<std::unique_ptr<store::Store>> stores,
           const NodeOptions& options)
    : executor_(executor),
      config_(options.config),
      role_(options.role),
      instance_(options.instance),
      clock_(*options.clock),
      store_(std::move(stores)),
      probes_(executor, clock_, probe_options_with(config_, options.own_addresses)),
      stop_asked_(executor),
      tasks_(executor) {
  const auto owners = worker_owners(instance_);
  const bool has_redis = !config_.redis_url.empty();
  if (has_redis)
    remote_ = std::make_unique<queue::BullmqQueue>(executor_, clock_, remote_options(config_, instance_));
  if (has_redis && role_ != Role::web) worker_ = make_runner(*remote_, owners[role_ == Role::all]);
  heartbeat_ = make_heartbeat();
  if (role_ == Role::worker) return;

  local_ = std::make_unique<queue::InProcessQueue>(executor_, clock_);
  local_->on_jobs_lost([this] { release_lost_claims(); });
  here_ = make_runner(*local_, owners.front());
  if (has_redis) {
    const queue::FailoverOptions failover{.stands_in = config_.dispatch_fallback};
    failover_ = std::make_unique<queue::FailoverQueue>(executor_, clock_, *remote_, *local_, failover);
    failover_->on_jobs_lost([this] { release_lost_claims(); });
  }
  const FrontOptions front{.config = config_,
                           .owner = dispatcher_owner(instance_),
                           .own_workers = has_redis ? owners : std::vector<std::string>(),
                           .max_connections = options.max_connections,
                           .setup_link = options.setup_link};
  front_ = std::make_unique<Front>(
      executor_, Front::Parts{store_, queue(), administration(), events_, probes_, *here_, clock_}, front);
}

Node::~Node() = default;

std::unique_ptr<runner::Runner> Node::make_runner(queue::Queue& queue, std::string owner) {
  runner::RunnerOptions options;
  options.worker = std::move(owner);
  options.concurrency = config_.worker_concurrency;
  options.lease = config_.run_lease;
  return std::make_unique<runner::Runner>(store_, queue, probes_, events_, clock_, executor_, options);
}

// Of the queue that is the role's own: that a web process runs rounds while Redis is away makes it no worker.
std::unique_ptr<Heartbeat> Node::make_heartbeat() {
  HeartbeatOptions options;
  options.instance = instance_;
  options.role = to_string(role_);
  options.version = version();
  options.host = host_name();
  options.concurrency = worker_ || !remote_ ? config_.worker_concurrency : 0;
  return std::make_unique<Heartbeat>(store_, clock_, executor_, std::move(options),
                                     [this] { return load(); });
}

Heartbeat::Load Node::load() const {
  Heartbeat::Load load;
  for (const auto* runner : {worker_.get(), here_.get()}) {
    if (!runner) continue;
    load.running += static_cast<std::int64_t>(runner->rounds_running());
    load.done += runner->rounds_done();
  }
  return load;
}

queue::Administration& Node::administration() {
  if (remote_) return *remote_;
  return *local_;
}

queue::Queue& Node::queue() {
  if (failover_) return *failover_;
  if (remote_) return *remote_;
  return *local_;
}

// In the order in which they start.
std::vector<base::Service*> Node::services() {
  std::vector<base::Service*> all = {local_.get(),  remote_.get(), failover_.get(), here_.get(),
                                     worker_.get(), front_.get(),  heartbeat_.get()};
  std::erase(all, nullptr);
  return all;
}

Task<> Node::start() {
  started_ = true;
  std::exception_ptr failure;
  try {
    for (auto* service : services()) co_await service->start();
    if (front_ && remote_) release_lost_claims();
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return;
  co_await stop();
  std::rethrow_exception(failure);
}

Task<> Node::stop() {
  if (!started_) co_return;
  started_ = false;
  // What makes work first, what does it next, then the server, whose last callers wait for rounds.
  if (front_) co_await front_->stop_dispatching();
  const auto failure = co_await stop_runners();
  if (front_) co_await front_->stop();
  co_await heartbeat_->stop();
  if (failover_) co_await failover_->stop();
  stop_asked_.notify();
  co_await tasks_.join();
  co_await release_everything();
  if (remote_) co_await remote_->stop();
  if (local_) co_await local_->stop();
  if (failure) std::rethrow_exception(failure);
}

// At once: each has its grace.
Task<std::exception_ptr> Node::stop_runners() {
  std::exception_ptr failure;
  base::TaskGroup stopping(executor_);
  for (auto* runner : {worker_.get(), here_.get()})
    if (runner) stopping.spawn("stopping a runner", stop_runner(*runner, failure));
  co_await stopping.join();
  co_return failure;
}

Task<> Node::stop_runner(runner::Runner& runner, std::exception_ptr& failure) {
  try {
    co_await runner.stop();
  } catch (...) {
    failure = std::current_exception();
  }
}

void Node::release_lost_claims() {
  if (queue().state().degraded) front_->dispatcher().wake();
  release_wanted_ = true;
  if (started_ && !std::exchange(releasing_, true))
    tasks_.spawn("releasing claims without a job", release_lost());
}

// Until it was possible: a database and a Redis that share a machine go away together.
Task<> Node::release_lost() {
  constexpr base::Millis kAgain{1000};
  while (started_ && release_wanted_) {
    release_wanted_ = false;
    const bool done = co_await try_to_release_lost();
    if (done) continue;
    release_wanted_ = true;
    co_await stop_asked_.wait_until(clock_.monotonic_now() + kAgain);
  }
  releasing_ = false;
}

Task<bool> Node::try_to_release_lost() {
  try {
    const auto users = co_await front_->dispatcher().release_lost();
    if (users > 0) base::log::info("claims without a job released", {{"users", users}});
    co_return true;
  } catch (const std::exception& error) {
    base::log::warning("claims without a job not released yet", {{"error", error.what()}});
  }
  co_return false;
}

// Whoever waits in a queue that dies with this process is free for the next dispatcher at once.
Task<> Node::release_everything() {
  auto owners = worker_owners(instance_);
  if (!remote_) owners.push_back(dispatcher_owner(instance_));
  try {
    auto work = [owners](store::Store& store) { return store.schedules().release_held_by(owners); };
    const auto released = co_await store_.run(std::move(work));
    if (released > 0) base::log::info("claims released", {{"users", released}});
    // What waits in Redis stays for the workers.
    if (failover_) co_await front_->dispatcher().release_claims(*local_, true);
  } catch (const std::exception& error) {
    base::log::warning("claims not released", {{"error", error.what()}});
  }
}

}  // namespace watchbill::app
