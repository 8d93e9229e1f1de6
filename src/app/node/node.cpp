#include "app/node/node.h"

#include "app/node/probe_options.h"
#include "app/page/assets.h"
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

runner::RunnerOptions runner_options(const Config& config, const std::string& instance) {
  runner::RunnerOptions options;
  options.worker = worker_owner(instance);
  options.concurrency = config.worker_concurrency;
  options.lease = config.run_lease;
  return options;
}

dispatch::DispatcherOptions dispatcher_options(const Config& config, const std::string& instance) {
  return {.owner = dispatcher_owner(instance),
          .batch_size = config.dispatch_batch_size,
          .lock_ttl = config.dispatch_lock_ttl,
          .max_queue = config.dispatch_max_queue};
}

dispatch::TickerOptions ticker_options(const Config& config) {
  dispatch::TickerOptions options;
  options.tick = config.dispatch_tick;
  return options;
}

api::Options api_options(const Config& config, SetupLink* link) {
  api::Options options;
  options.public_url = config.public_url;
  options.base_path = config.base_path;
  options.cron_secret = config.cron_secret;
  options.default_interval_minutes = config.default_interval_minutes;
  options.fallback_to_sync = config.dispatch_fallback;
  if (link) {
    options.accepts_setup_token = [link](const std::string& token) { return link->accepts(token); };
    options.setup_done = [link] { link->remove(); };
  }
  return options;
}

http::ServerOptions server_options(const Config& config, std::size_t max_connections) {
  http::ServerOptions options;
  options.max_connections = max_connections;
  options.address = config.host;
  options.port = config.port;
  options.trusted_proxies = config.trusted_proxies;
  return options;
}

RetentionOptions retention_options(const Config& config) {
  RetentionOptions options;
  options.checks = std::chrono::days(config.keep_checks_days);
  options.rounds = std::chrono::days(config.keep_rounds_days);
  options.logs = std::chrono::days(config.keep_logs_days);
  return options;
}

}  // namespace

std::string dispatcher_owner(const std::string& instance) { return "dispatcher-" + instance; }
std::string worker_owner(const std::string& instance) { return "worker-" + instance; }

Node::Node(base::asio::any_io_executor executor, std::vector<std::unique_ptr<store::Store>> stores,
           const NodeOptions& options)
    : config_(options.config),
      instance_(options.instance),
      clock_(*options.clock),
      store_(std::move(stores)),
      due_earlier_(executor),
      queue_(executor, clock_),
      probes_(executor, clock_, probe_options_with(config_, options.own_addresses)),
      runner_(store_, queue_, probes_, events_, clock_, executor, runner_options(config_, instance_)),
      dispatcher_(store_, queue_, runner_, clock_, due_earlier_, dispatcher_options(config_, instance_)),
      ticker_(dispatcher_, store_, clock_, due_earlier_, executor, ticker_options(config_)),
      heard_dispatching_(dispatcher_, ticker_),
      assets_(page_assets(), config_.base_path, &api::Api::render_error),
      api_(executor, {store_, queue_, events_, probes_, probes_, runner_, heard_dispatching_, clock_},
           api_options(config_, options.setup_link),
           [this](http::Request& request) { return assets_.handle(request); }),
      server_(
          executor, clock_, server_options(config_, options.max_connections),
          [this](http::Request& request) { return api_.handle(request); }, &api::Api::render_error),
      retention_(store_, clock_, executor, retention_options(config_)) {}

Task<> Node::start() {
  // The port before the ticker: a node that cannot listen must not have claimed anybody.
  const Services order = {&queue_, &runner_, &api_, &server_, &ticker_, &retention_};
  started_ = true;
  std::exception_ptr failure;
  try {
    for (auto* service : order) co_await service->start();
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
  // What makes work first, what does it next, and the server before the API that answers through it.
  const Services order = {&retention_, &ticker_, &runner_, &server_, &api_, &queue_};
  for (auto* service : order) co_await service->stop();
  co_await release_everything();
}

// Jobs that no worker took yet die with the queue: their users are free for the next dispatcher at once.
Task<> Node::release_everything() {
  const std::vector<std::string> owners = {dispatcher_owner(instance_), worker_owner(instance_)};
  try {
    auto work = [owners](store::Store& store) { return store.schedules().release_held_by(owners); };
    const auto released = co_await store_.run(std::move(work));
    if (released > 0) base::log::info("claims released", {{"users", released}});
  } catch (const store::Error& error) {
    base::log::warning("claims not released", {{"error", error.what()}});
  }
}

}  // namespace watchbill::app
