#include "app/node/front.h"

#include "app/page/assets.h"

namespace watchbill::app {

using base::Task;

namespace {

dispatch::DispatcherOptions dispatcher_options(const FrontOptions& options) {
  const auto& config = options.config;
  return {.owner = options.owner,
          .batch_size = config.dispatch_batch_size,
          .lock_ttl = config.dispatch_lock_ttl,
          .max_queue = config.dispatch_max_queue};
}

dispatch::TickerOptions ticker_options(const Config& config) {
  dispatch::TickerOptions options;
  options.tick = config.dispatch_tick;
  return options;
}

api::Options api_options(const FrontOptions& given) {
  const auto& config = given.config;
  auto* link = given.setup_link;
  api::Options options;
  options.own_workers = given.own_workers;
  options.public_url = config.public_url;
  options.base_path = config.base_path;
  options.cron_secret = config.cron_secret;
  options.default_interval_minutes = config.default_interval_minutes;
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

Front::Front(base::asio::any_io_executor executor, const Parts& parts, const FrontOptions& options)
    : due_earlier_(executor),
      dispatcher_(parts.store, parts.queue, parts.runner, parts.clock, due_earlier_,
                  dispatcher_options(options)),
      ticker_(dispatcher_, parts.store, parts.clock, due_earlier_, executor, ticker_options(options.config)),
      heard_dispatching_(dispatcher_, ticker_),
      assets_(page_assets(), options.config.base_path, &api::Api::render_error),
      api_(executor,
           {parts.store, parts.queue, parts.administration, parts.events, parts.probes, parts.probes,
            parts.runner, heard_dispatching_, parts.clock},
           api_options(options), [this](http::Request& request) { return assets_.handle(request); }),
      server_(
          executor, parts.clock, server_options(options.config, options.max_connections),
          [this](http::Request& request) { return api_.handle(request); }, &api::Api::render_error),
      retention_(parts.store, parts.clock, executor, retention_options(options.config)) {}

// The port before the ticker: a node that cannot listen must not have claimed anybody.
Task<> Front::start() {
  co_await api_.start();
  co_await server_.start();
  co_await ticker_.start();
  co_await retention_.start();
}

Task<> Front::stop_dispatching() {
  co_await retention_.stop();
  co_await ticker_.stop();
}

// The server before the API that answers through it.
Task<> Front::stop() {
  co_await stop_dispatching();
  co_await server_.stop();
  co_await api_.stop();
}

}  // namespace watchbill::app
