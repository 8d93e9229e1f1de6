#include "app/node/serve.h"

#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <ostream>

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

// The first one has migrated the database.
Stores open_stores(const Context& context, const Config& config) {
  Stores stores;
  for (std::size_t left = store::useful_stores(config.database_url); left > 0; --left) {
    stores.push_back(std::make_unique<store::Store>(
        store::StoreOptions{.url = config.database_url, .clock = &context.around.clock}));
    if (stores.size() == 1) migrate(*stores.front());
  }
  return stores;
}

// The lock on the instance's name proves that whoever held these is dead.
void release_leases_of_the_dead(store::Store& store, const Instance& instance) {
  std::vector<std::string> owners;
  for (const auto& name : {instance.name(), instance.former_name()}) {
    if (name.empty()) continue;
    owners.push_back(dispatcher_owner(name));
    owners.push_back(worker_owner(name));
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
        instance_(instance_folder(options.config), host_name(), context.say),
        setup_link_(options.config.data_dir, shown_url(options.config), context.around.clock),
        signals_(reactor_),
        stop_asked_(reactor_.get_executor()) {}

  void run() {
    auto stores = open_stores(context_, options_.config);
    release_leases_of_the_dead(*stores.front(), instance_);
    const bool needs_setup = !stores.front()->users().has_admin();
    node_.emplace(reactor_.get_executor(), std::move(stores), node_options());
    watch_signals();
    run_task(reactor_, serve(needs_setup));
  }

 private:
  NodeOptions node_options() {
    NodeOptions options;
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
    while (!stopping_ && !failure) co_await stop_asked_.wait();
    base::log::info("stopping");
    co_await node_->stop();
    base::log::info("stopped");
    if (failure) std::rethrow_exception(failure);
    co_return true;
  }

  Task<> start() {
    std::string cause;
    try {
      co_await node_->start();
    } catch (const store::Error&) {
      throw;
    } catch (const std::runtime_error& error) {
      cause = error.what();
    }
    if (!cause.empty()) throw cannot_listen(cause);
    base::log::info("ready", {{"url", local_url(options_.config)}, {"instance", instance_.name()}});
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
    if (facts.setup_link == std::nullopt) setup_link_.remove();
    print(facts);
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
    node_->dispatching().wake();
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
      stopping_ = true;
      stop_asked_.notify();
      wait_for_signal();
    });
  }

  const Context& context_;
  const ServeOptions& options_;
  boost::asio::io_context reactor_{1};
  const Instance instance_;
  SetupLink setup_link_;
  boost::asio::signal_set signals_;
  base::Event stop_asked_;
  bool stopping_ = false;
  std::optional<Node> node_;
};

}  // namespace

void serve(const Context& context, const ServeOptions& options) {
  create_folders(options.config, context.say);
  Serving(context, options).run();
}

}  // namespace watchbill::app
