// A node that runs on a thread of its own while a test calls it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include "app/node/node.h"
#include "tests/support/temp_store.h"

namespace watchbill::app {

// A port of 127.0.0.1 that nobody listens on now.
inline std::uint16_t free_port() {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

class RunningNode {
 public:
  // The database lies in `folder`. Throws what Node::start() throws.
  RunningNode(const std::filesystem::path& folder, Config config) {
    config.data_dir = folder;
    config.database_url.clear();
    settle_paths(config);
    auto store = std::make_unique<store::Store>(store::StoreOptions{config.database_url, &clock_});
    store->migrate();
    NodeOptions options;
    options.config = config;
    options.instance = "test-1";
    options.clock = &clock_;
    std::vector<std::unique_ptr<store::Store>> stores;
    stores.push_back(std::move(store));
    node_.emplace(reactor_.get_executor(), std::move(stores), options);
    try {
      run(node_->start());
    } catch (...) {
      end();
      throw;
    }
  }
  ~RunningNode() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    run(node_->stop());
    end();
  }

 private:
  void run(base::Task<> task) {
    boost::asio::co_spawn(reactor_, std::move(task), boost::asio::use_future).get();
  }
  void end() {
    busy_.reset();
    thread_.join();
  }

  base::SystemClock clock_;
  boost::asio::io_context reactor_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{reactor_.get_executor()};
  std::optional<Node> node_;
  std::thread thread_{[this] { reactor_.run(); }};
};

}  // namespace watchbill::app
