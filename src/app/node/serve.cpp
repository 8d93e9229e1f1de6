#include "app/node/serve.h"

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <ostream>
#include <thread>

#include "api/auth/passwords.h"
#include "app/commands/password.h"
#include "app/commands/version.h"
#include "app/node/banner.h"
#include "app/node/data_folder.h"
#include "app/node/demo.h"
#include "app/node/descriptors.h"
#include "app/node/instance.h"
#include "app/node/node.h"
#include "app/node/run_task.h"
#include "app/node/supervisor.h"
#include "app/page/assets.h"
#include "base/log.h"

namespace watchbill::app {

namespace {

using base::Task;

void migrate(store::Store& store) {
  const auto applied = store.migrate();
  if (applied.empty()) return;
  base::log::info("database migrated", {{"migrations", applied.size()}, {"last", applied.back()}});
}

using Stores = std::vector<std::unique_ptr<store::Store>>;

// Throws store::Unavailable when the database cannot be reached within DATABASE_WAIT.
std::unique_ptr<store::Store> open_when_there(const Config& config, const base::Clock& clock) {
  constexpr base::Millis kAgain{500};
  const auto until = clock.monotonic_now() + config.database_wait;
  for (bool told = false;; told = true) {
    try {
      return std::make_unique<store::Store>(store_options(config, clock));
    } catch (const store::Unavailable& error) {
      if (clock.monotonic_now() >= until) throw;
      if (!told) base::log::warning("waiting for the database", {{"cause", error.what()}});
    }
    std::this_thread::sleep_for(kAgain);
  }
}

// The first one has migrated the database.
Stores open_stores(const Context& context, const Config& config) {
  Stores stores;
  for (std::size_t left = store::useful_stores(config.database_url); left > 0; --left) {
    stores.push_back(open_when_there(config, context.around.clock));
    if (stores.size() == 1) migrate(*stores.front());
  }
  return stores;
}

// The lock on the instance's name proves that whoever held these is dead. Claims whose jobs wait in Redis
// stay: the node finds out which do not (Dispatcher::release_lost).
void release_leases_of_the_dead(store::Store& store, const Instance& instance, bool has_redis) {
  std::vector<std::string> owners;
  for (const auto& name : {instance.name(), instance.former_name()}) {
    if (name.empty()) continue;
    if (!has_redis || name != instance.name()) owners.push_back(dispatcher_owner(name));
    for (auto& owner : worker_owners(name)) owners.push_back(std::move(owner));
  }
  const auto released = store.schedules().release_held_by(owners);
  if (released > 0) base::log::info("claims of the process before this one released", {{"users", released}});
}

// Beside the database, which the names are for, by whatever links it is reached; without a file of its own in
// the data folder.
std::filesystem::path instance_folder(const Config& config) {
  const auto file = sqlite_file(config.database_url);
  return file.empty() ? config.data_dir : std::filesystem::weakly_canonical(file).parent_path();
}

Instance::Reach reach_of(const Config& config) {
  return sqlite_file(config.database_url).empty() ? Instance::Reach::anywhere : Instance::Reach::folder;
}

// nohup asks for it.
bool is_ignored(int signal) {
  struct sigaction now {};
  return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

class Serving {
 public:
  Serving(const Context& context, const ServeOptions& options)
      : context_(context),
        options_(options),
        instance_(instance_folder(options.config), host_name(), reach_of(options.config), context.say),
        setup_link_(options.config.data_dir, shown_url(options.config), context.around.clock),
        signals_(reactor_),
        stop_asked_(reactor_.get_executor()),
        supervisor_(
            reactor_.get_executor(), context.around.clock, context.around.environment,
            [this] { ask_to_stop(); }, [this] { return metrics(); }) {}

  void run() {
    auto stores = open_stores(context_, options_.config);
    release_leases_of_the_dead(*stores.front(), instance_, !options_.config.redis_url.empty());
    const bool needs_setup = options_.role != Role::worker && !stores.front()->users().has_admin();
    node_.emplace(reactor_.get_executor(), std::move(stores), node_options());
    watch_signals();
    run_task(reactor_, serve(needs_setup));
  }

 private:
  NodeOptions node_options() {
    NodeOptions options;
    options.role = options_.role;
    options.config = options_.config;
    options.instance = instance_.name();
    options.max_connections = connections_within(raise_descriptor_limit());
    options.setup_link = &setup_link_;
    options.clock = &context_.around.clock;
    if (options_.demo) options.own_addresses = {own_address(options_.config)};
    return options;
  }

  Task<bool> serve(bool needs_setup) {
    co_await start();
    std::exception_ptr failure;
    try {
      co_await announce(needs_setup);
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) supervisor_.ready();
    while (!stopping_ && !failure) co_await stop_asked_.wait();
    supervisor_.stopping();
    base::log::info("stopping");
    co_await node_->stop();
    co_await supervisor_.stop();
    base::log::info("stopped");
    if (failure) std::rethrow_exception(failure);
    co_return true;
  }

  Task<> start() {
    std::exception_ptr failure;
    co_await supervisor_.start();
    try {
      co_await node_->start();
    } catch (const store::Error&) {
      failure = std::current_exception();
    } catch (const std::runtime_error& error) {
      failure = std::make_exception_ptr(cannot_listen(error.what()));
    }
    if (failure) {
      co_await supervisor_.stop();
      std::rethrow_exception(failure);
    }
    const auto where = node_->front() ? local_url(options_.config) : "";
    base::log::info("ready",
                    {{"mode", to_string(options_.role)}, {"url", where}, {"instance", instance_.name()}});
  }

  Failure cannot_listen(const std::string& cause) const {
    const auto& say = context_.say;
    Failure failure(
        ExitCode::dependency_down, say("the server cannot listen"),
        say("is another watchbill running? `watchbill health` asks it; --port or PORT names another port"));
    failure.detail = cause;
    return failure;
  }

  // After listening: nobody waits for a password to be hashed.
  Task<> announce(bool needs_setup) {
    BannerFacts facts;
    facts.version = version();
    facts.role = options_.role;
    facts.has_redis = !options_.config.redis_url.empty();
    facts.concurrency = options_.config.worker_concurrency;
    facts.data_folder = std::filesystem::absolute(options_.config.data_dir).lexically_normal().string();
    facts.url = shown_url(options_.config);
    facts.in_a_file = !sqlite_file(options_.config.database_url).empty();
    facts.instance = instance_.name();
    if (const auto flag = context_.settings.find("DATA_DIR"); flag != context_.settings.end()) {
      facts.common_flags = " --data-dir " + flag->second.text;
    }
    if (options_.demo) {
      facts.demo = {std::string(kDemoEmail), generate_password()};
      co_await make_demo(facts.demo->password);
    } else if (needs_setup) {
      facts.setup_link = setup_link_.issue().address;
      facts.setup_link_file = setup_link_.file().string();
    }
    if (node_->front() && facts.setup_link == std::nullopt) setup_link_.remove();
    print(facts);
  }

  // For `pm2 monit`.
  Task<std::optional<nlohmann::json>> metrics() {
    if (!node_) co_return std::nullopt;
    try {
      const auto counts = co_await node_->queue().counts();
      co_return nlohmann::json{{"Queue depth", counts.waiting},
                               {"Active", counts.active},
                               {"Delayed", counts.delayed},
                               {"Failed", counts.failed},
                               {"Degraded", node_->queue().state().degraded ? 1 : 0}};
    } catch (const std::exception&) {
    }
    co_return std::nullopt;
  }

  Task<> make_demo(std::string password) {
    base::Pool hashing(1);
    auto hash_it = [password] { return api::hash_password(password); };
    auto hash = co_await hashing.run(std::move(hash_it));
    const auto monitors = demo_monitors(options_.config, !page_assets().empty());
    auto prepare = [hash = std::move(hash), monitors](store::Store& store) {
      prepare_demo(store, hash, monitors);
    };
    co_await node_->store().run(std::move(prepare));
    node_->front()->dispatcher().wake();
  }

  void print(const BannerFacts& facts) const {
    auto& out = context_.around.out;
    if (context_.around.out_is_terminal && !context_.json) {
      out << banner_text(facts, context_.say) << std::flush;
    } else {
      out << banner_json(facts).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }
  }

  void watch_signals() {
    for (const int signal : {SIGINT, SIGTERM}) signals_.add(signal);
    if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);
    wait_for_signal();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      // Whoever asks twice does not want to wait; leases and queue are made for that.
      if (stopping_) _exit(static_cast<int>(ExitCode::interrupted));
      ask_to_stop();
      wait_for_signal();
    });
  }

  void ask_to_stop() {
    stopping_ = true;
    stop_asked_.notify();
  }

  const Context& context_;
  const ServeOptions& options_;
  boost::asio::io_context reactor_{1};
  const Instance instance_;
  SetupLink setup_link_;
  boost::asio::signal_set signals_;
  base::Event stop_asked_;
  bool stopping_ = false;
  Supervisor supervisor_;
  std::optional<Node> node_;
};

}  // namespace

void serve(const Context& context, const ServeOptions& options) {
  create_folders(options.config, context.say);
  Serving(context, options).run();
}

}  // namespace watchbill::app
